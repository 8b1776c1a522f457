import type { Artifact } from "./artifact.ts";
import { USER_ID } from "./deployment.ts";

/** Where the compiled code of the mock lies in the image, so that a pod with little CPU starts sooner. */
const COMPILED = "/app/compiled";

/**
 * The image of the mock service. It is the same for every service and topology: what differs comes from the mounted
 * configuration. The build context is karma's folder `mocks`.
 */
const DOCKERFILE = `# Image of the mock service. Build context: karma's folder mocks.
ARG BASE_IMAGE=node:24-bookworm-slim
FROM \${BASE_IMAGE}

LABEL org.opencontainers.image.title="karma-mock" \\
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \\
    NODE_COMPILE_CACHE=${COMPILED}
WORKDIR /app

COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund --loglevel=error \\
 && rm -rf /root/.npm /tmp/* ${COMPILED} \\
 && install -d -o ${USER_ID} -g ${USER_ID} ${COMPILED}
COPY src ./src

# Numeric, so that Kubernetes can see that it is not root.
USER ${USER_ID}:${USER_ID}
# Loads every module once: the compiled code stays in the image, whose file system pods cannot write to.
RUN node --import ./src/run.ts --import undici/lib/dispatcher/client.js --eval 0

EXPOSE 8080
CMD ["node", "src/main.ts", "/etc/karma/config.json"]
`;

/** Only what the image is made of reaches the builder. */
const DOCKERIGNORE = `*
!package.json
!package-lock.json
!src
`;

/** `docker build` finds the second file beside the first. */
export function dockerArtifacts(): readonly Artifact[] {
  return [
    { path: "Dockerfile", content: DOCKERFILE },
    { path: "Dockerfile.dockerignore", content: DOCKERIGNORE },
  ];
}
