/** The name of an instance in messages, in the status and in Events: `git`, or `git.docs` with a name of its own. */
export function instanceName(sidecar: string, instance: string): string {
  return instance === '' ? sidecar : `${sidecar}.${instance}`;
}
