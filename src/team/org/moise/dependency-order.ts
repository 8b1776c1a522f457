/** Names with those they need before them, else in the order given; in a circle the first comes first. */
export function dependencyOrder(
  names: readonly string[],
  needs: (name: string) => readonly string[],
): readonly string[] {
  const ordered = new Set<string>();
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    if (visiting.has(name) || !names.includes(name)) return;
    visiting.add(name);
    needs(name).forEach(visit);
    ordered.add(name);
  };
  names.forEach(visit);
  return [...ordered];
}
