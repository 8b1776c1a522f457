import { mockUser } from "../../../system/compile/deployment.ts";
import { PROGRAM_FOLDER, SPEC_FILE, keyOf, programFiles } from "./program.ts";

/** On everything that a load brings into a namespace. */
export const LOAD_LABEL = "karma-sim/load";
/** The results wait so long for whoever asked for them, s. */
const KEPT_S = 120;

const labels = {
  [LOAD_LABEL]: "true",
  "app.kubernetes.io/part-of": "karma",
  "app.kubernetes.io/managed-by": "karma-sim",
};

/** @param seconds  after which it is ended, whatever it does */
export function loadJob(name: string, image: string, seconds: number): object {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels },
    spec: {
      activeDeadlineSeconds: Math.ceil(seconds),
      ttlSecondsAfterFinished: KEPT_S,
      backoffLimit: 0,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: 1,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: mockUser,
          containers: [generator(image)],
          volumes: [
            { name: "load", configMap: { name, items: [...programItems(), { key: SPEC_FILE, path: SPEC_FILE }] } },
          ],
        },
      },
    },
  };
}

/** It may use two cores, so that it does not saturate before the system does. */
function generator(image: string): object {
  return {
    name: "load",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["node", `${PROGRAM_FOLDER}/${programFiles[0]}`, `${PROGRAM_FOLDER}/${SPEC_FILE}`],
    resources: { requests: { cpu: "200m", memory: "128Mi" }, limits: { cpu: "2", memory: "512Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: "load", mountPath: PROGRAM_FOLDER, readOnly: true }],
  };
}

function programItems(): readonly object[] {
  return programFiles.map((path) => ({ key: keyOf(path), path }));
}

/** Program and load. It belongs to the Job, and goes with it. */
export function loadConfigMap(
  name: string,
  jobUid: string,
  program: Readonly<Record<string, string>>,
  spec: Buffer,
): object {
  const owner = { apiVersion: "batch/v1", kind: "Job", name, uid: jobUid, blockOwnerDeletion: false };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, labels, ownerReferences: [owner] },
    data: program,
    binaryData: { [SPEC_FILE]: spec.toString("base64") },
  };
}
