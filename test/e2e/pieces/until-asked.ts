// When a webhook is in effect.
import type { Target } from '../target.ts';
import { containersTried } from './dry-run.ts';
import { until } from './until.ts';

/** The API server notices a new webhook configuration a moment after it is stored. */
export async function untilAsked(target: Target, namespace: string): Promise<void> {
  const look = async () =>
    (await containersTried(target, namespace, { 'sidecar.io/topz': 'true' })).includes('sidecar-topz') || undefined;
  await until(`the webhook is asked about pods of ${namespace}`, look, { seconds: 180 });
}
