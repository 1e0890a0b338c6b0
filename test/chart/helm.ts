// The real Helm on the chart, without a cluster.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureBinaries } from '../cluster/binaries.ts';

export const chart = resolve(import.meta.dirname, '../../charts/sidecar-injector');
export const chartFile = (name: string) => readFileSync(join(chart, name), 'utf8');

/** Values by their path, as `--set-json` takes them. */
export type Values = Readonly<Record<string, unknown>>;

/** A Secret of somebody else, so that two renders are equal. */
const certificates: Values = { 'certificates.existingSecret': 'tls', 'certificates.caBundle': 'QUJD' };

/** What Helm prints. Rejects with what it prints to its standard error. */
export async function helm(...args: readonly string[]): Promise<string> {
  const { helm } = await ensureBinaries(['helm']);
  return (await promisify(execFile)(helm, args, { maxBuffer: 2 ** 24 })).stdout;
}

/** The manifests of the chart as text, in the namespace `platform`. */
export function rendered(values: Values, release = 'sidecars'): Promise<string> {
  const all = Object.entries({ ...certificates, ...values });
  const set = all.flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]);
  return helm('template', release, chart, '--namespace', 'platform', ...set);
}
