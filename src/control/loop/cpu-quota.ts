/**
 * How the kernel keeps replicas to their CPU limit, where it does: each is in so many groups inside one another, all of
 * that limit, whose periods begin at different moments. Kubernetes makes one for a container and one for its pod.
 */
export type CpuQuota = { readonly groups: 1 | 2 };

export function isCpuQuota(value: unknown): value is CpuQuota {
  const groups: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "groups") : undefined;
  return groups === 1 || groups === 2;
}
