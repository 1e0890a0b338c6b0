/** The name of an instance in messages, in the status and in Events: `git`, or `git.docs` with a name of its own. */
export function instanceName(sidecar: string, instance: string): string {
  return instance === '' ? sidecar : `${sidecar}.${instance}`;
}

/** The id of an instance in its pod: `sidecar-git`, or `sidecar-git-docs`. */
export function instanceId(sidecar: string, instance = ''): string {
  return `sidecar-${sidecar}${instance === '' ? '' : `-${instance}`}`;
}

/** True for the names that containers and volumes of an instance have: its id, or the id and more behind a hyphen. */
export function isNameOf(id: string, name: string): boolean {
  return name === id || name.startsWith(`${id}-`);
}

/** True for a name that begins as those of all sidecars do. Containers of others may have such names too. */
export function isSidecarName(name: string): boolean {
  return name.startsWith('sidecar-');
}
