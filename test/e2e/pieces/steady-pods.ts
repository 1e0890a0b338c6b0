// Pods that are created at a steady rate while something happens, and what became of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { openApi } from '../../../src/cluster/api.ts';
import { connect } from '../../../src/cluster/connect.ts';
import type { Target } from '../target.ts';
import { appSpec } from './app.ts';
import type { Pod } from './shapes.ts';

export interface Tally {
  readonly created: number;
  /** Created without their sidecar. */
  readonly bare: number;
  /** Why pods were refused, each message once. */
  readonly refused: readonly string[];
  /** Requests that the API server itself did not answer. */
  readonly unanswered: number;
  /** Milliseconds from the first pod that was refused or bare to the last. */
  readonly harmed: number;
}

/** What pods ask for, in turn: a sidecar that they can do without, and one that they cannot. */
const asked = [{ 'sidecar.io/topz': 'true' }, { 'sidecar.io/git-repo': 'https://example.com/site.git' }];
/** Milliseconds between two pods. */
const every = 100;

/**
 * Creates ten pods a second until `event` is over, and for `seconds` at least. No scheduler takes them, so that they cost
 * the node nothing.
 */
export async function whilePodsAreCreated(
  target: Target,
  namespace: string,
  seconds: number,
  event: () => Promise<unknown>,
): Promise<Tally> {
  const kubeConfig = connect(target.kubeconfig);
  if ('problem' in kubeConfig) throw new Error(kubeConfig.problem);
  const api = openApi(kubeConfig);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const spec = { ...appSpec('exit'), schedulerName: 'nobody' };
  const counts = { created: 0, bare: 0, unanswered: 0 };
  const refused = new Set<string>();
  const harm: number[] = [];
  async function create(number: number): Promise<void> {
    const metadata = { generateName: 'steady-', annotations: asked[number % asked.length] };
    const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
    const answer = await api({ method: 'POST', path, body }).catch(() => undefined);
    if (!answer) counts.unanswered++;
    else if (answer.status === 201) {
      counts.created++;
      if ((answer.body as Pod).spec.initContainers) return;
      counts.bare++;
      harm.push(performance.now());
    } else {
      refused.add((answer.body as { readonly message: string }).message);
      harm.push(performance.now());
    }
  }
  let over = false;
  const happening = event().finally(() => {
    over = true;
  });
  happening.catch(() => {}); // told below
  const start = performance.now();
  const pods: Promise<void>[] = [];
  while (!over || performance.now() - start < seconds * 1000) {
    pods.push(create(pods.length));
    await sleep(every);
  }
  await Promise.all(pods);
  await happening;
  await target.kubectl(['delete', 'pods', '--all', '-n', namespace, '--grace-period=0', '--force']);
  return { ...counts, refused: [...refused], harmed: Math.round((harm.at(-1) ?? 0) - (harm[0] ?? 0)) };
}
