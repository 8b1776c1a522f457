/** What a replica is told by its surroundings rather than by its config. */
export type Environment = {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  readonly podName: string;
  readonly seed: string;
  /** From the start of the process until it says that it is ready, ms. */
  readonly startupMs: number;
  /** Opens the control route to those who know it; without one there is no such route. */
  readonly controlToken: string | undefined;
};

const SHORTEST_TOKEN = 16;

/** Reads the variables; a list of what is wrong where one is malformed. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Environment | { readonly errors: readonly string[] } {
  const port = Number(env["PORT"] ?? "8080");
  const startupMs = Number(env["STARTUP_MS"] ?? "0");
  const errors: string[] = [];
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    errors.push(`PORT   expected a whole number from 0 to 65535, got ${JSON.stringify(env["PORT"])}`);
  if (!(startupMs >= 0 && startupMs < Number.POSITIVE_INFINITY))
    errors.push(`STARTUP_MS   expected a number >= 0, got ${JSON.stringify(env["STARTUP_MS"])}`);
  const controlToken = env["CONTROL_TOKEN"] === "" ? undefined : env["CONTROL_TOKEN"];
  if (controlToken !== undefined && controlToken.length < SHORTEST_TOKEN)
    errors.push(`CONTROL_TOKEN   expected at least ${SHORTEST_TOKEN} characters, got ${controlToken.length}`);
  if (errors.length > 0) return { errors };
  const podName = env["POD_NAME"] ?? "local";
  return { port, host: env["HOST"] ?? "127.0.0.1", podName, seed: env["MOCK_SEED"] ?? "1", startupMs, controlToken };
}
