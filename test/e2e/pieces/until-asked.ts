// When a webhook is in effect.
import type { Target } from '../target.ts';
import { appPod } from './app.ts';
import { until } from './until.ts';

/** The API server notices a new webhook configuration a moment after it is stored. */
export async function untilAsked(target: Target, namespace: string): Promise<void> {
  const look = async () => {
    const dryRun = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'];
    return (await target.kubectl(dryRun, JSON.stringify(probe))).includes('sidecar-topz') || undefined;
  };
  await until(`the webhook is asked about pods of ${namespace}`, look, { seconds: 180 });
}

const probe = appPod('probe', { 'sidecar.io/topz': 'true' }, 'exit');
