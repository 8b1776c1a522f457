import { fingerprint } from "./fingerprint.ts";

/** Longest DNS label, and so the longest name of a Service or namespace. */
const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/**
 * A name that Kubernetes takes for any object: a DNS label that starts with a letter (RFC 1035, as Services ask for), and not
 * `localhost`.
 * Names that fit stay as they are; others are changed as little as possible and end in a hash of what they were, so
 * that two different names stay different.
 */
export function kubernetesName(wanted: string): string {
  const isLed = /^[a-z]/.test(wanted);
  // A pod that calls `localhost` would call itself.
  if (isLed && wanted.length <= MAX_LENGTH && wanted !== "localhost") return wanted;
  const led = isLed ? wanted : `s-${wanted}`;
  const cut = led.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/-+$/, "");
  return `${cut}-${fingerprint(wanted).slice(0, HASH_LENGTH)}`;
}

/** Everything of a topology is in a namespace of its own: two topologies on one cluster do not meet. */
export function namespaceOf(topology: string): string {
  return kubernetesName(`karma-${topology}`);
}

/** Name of a service's ConfigMap. */
export function configNameOf(service: string): string {
  return kubernetesName(`${service}-config`);
}

/** Address of a service for the others in its namespace. */
export function addressOf(service: string): string {
  return `http://${kubernetesName(service)}:${SERVICE_PORT}`;
}

/** Port on which every service answers inside a cluster. */
export const SERVICE_PORT = 8_080;
