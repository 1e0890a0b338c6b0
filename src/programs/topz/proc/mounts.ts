/**
 * A container's name in the pod's spec, from the `/proc/<pid>/mountinfo` of any of its processes: the kubelet keeps the
 * termination message of each container in `…/pods/<pod uid>/containers/<name>/<random>` and mounts that file into it
 * (kubelet: getPodContainerDir, makeMounts). mountinfo is readable whoever owns the process. `undefined` outside
 * Kubernetes.
 */
export function containerName(mountinfo: string): string | undefined {
  return /^\d+ \d+ \d+:\d+ \S*\/pods\/[^/\s]+\/containers\/([^/\s]+)\/[0-9a-f]+ /m.exec(mountinfo)?.[1];
}
