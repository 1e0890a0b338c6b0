import { spawnSync } from 'node:child_process';

const kinds = 'namespaces,pods,deployments,statefulsets,daemonsets,jobs,cronjobs';
/** Bytes of all objects together. */
const most = 1024 * 1024 * 1024;

/** The namespaces, pods and workloads of the cluster, as kubectl shows them: with the rights of whoever asks. */
export function readCluster(): { readonly bytes: Uint8Array } | { readonly message: string } {
  const args = ['get', kinds, '--all-namespaces', '-o', 'json'];
  const { status, stdout, stderr, error } = spawnSync('kubectl', args, { maxBuffer: most });
  if (error) return { message: `kubectl cannot be run: ${error.message}` };
  return status === 0 ? { bytes: stdout } : { message: stderr.toString().trim() };
}
