/** Query that selects what belongs to a topology. */
export function instanceSelector(topology: string): string {
  return `labelSelector=${encodeURIComponent(`app.kubernetes.io/instance=${topology}`)}`;
}

export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}
