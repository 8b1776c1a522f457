import type { Role } from "./organization.ts";

type Roles = ReadonlyMap<string, Pick<Role, "parents">>;

/** A role and every role it extends, directly or not, nearest first; unknown ones are left out, cycles end. */
export function withAncestors(roles: Roles, name: string): readonly string[] {
  const found = new Set<string>();
  let next = [name];
  while (next.length > 0) {
    for (const role of next) if (roles.has(role)) found.add(role);
    next = [...new Set(next.flatMap((role) => roles.get(role)?.parents ?? []))].filter((role) => !found.has(role));
    next = next.filter((role) => roles.has(role));
  }
  return [...found];
}

/** True where `role` is `other` or extends it. */
export function isKindOf(roles: Roles, role: string, other: string): boolean {
  return withAncestors(roles, role).includes(other);
}

/** Roles that extend themselves, over others or not. */
export function rolesInCycles(roles: Roles): readonly string[] {
  return [...roles].flatMap(([name, { parents }]) =>
    parents.some((parent) => withAncestors(roles, parent).includes(name)) ? [name] : [],
  );
}
