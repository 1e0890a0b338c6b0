// Pods that are created at a steady rate while something happens, and what became of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { openApi } from '../../../src/cluster/api.ts';
import { connect } from '../../../src/cluster/connect.ts';
import type { Target } from '../target.ts';
import { appSpec } from './app.ts';
import type { Pod } from './shapes.ts';

/** Milliseconds from the first pod to the last that this was true of, and how many there were. */
export interface Span {
  readonly pods: number;
  readonly milliseconds: number;
}

export interface Tally {
  readonly created: number;
  /** Created without their sidecar. */
  readonly bare: Span;
  readonly refused: Span;
  /** Why pods were refused, each message once. */
  readonly messages: readonly string[];
  /** Requests that the API server itself did not answer. */
  readonly unanswered: Span;
  /** Milliseconds that a creation took at most. */
  readonly slowest: number;
}

/** What pods ask for, in turn: a sidecar that they can do without, and one that they cannot. */
const asked = [{ 'sidecar.io/topz': 'true' }, { 'sidecar.io/git-repo': 'https://example.com/site.git' }];
/** Milliseconds between two pods; and from the first pod to the event, and from its end to the last pod. */
const [every, margin] = [100, 1000];

/**
 * Creates ten pods a second until `event` is over, and for `seconds` at least. No scheduler takes them, so that they
 * cost the node nothing.
 */
export async function whilePodsAreCreated(
  { kubeconfig }: Target,
  namespace: string,
  seconds: number,
  event: () => Promise<unknown>,
): Promise<Tally> {
  const kubeConfig = connect(kubeconfig);
  if ('problem' in kubeConfig) throw new Error(kubeConfig.problem);
  const api = openApi(kubeConfig);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const spec = { ...appSpec('exit'), schedulerName: 'nobody' };
  const [bare, refused, unanswered] = [createSpan(), createSpan(), createSpan()];
  const messages = new Set<string>();
  let [created, slowest] = [0, 0];

  async function create(annotations: object | undefined): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'steady-', annotations }, spec };
    const start = performance.now();
    const answer = await api({ method: 'POST', path, body }).catch(() => undefined);
    slowest = Math.max(slowest, performance.now() - start);
    if (!answer) unanswered.add();
    else if (answer.status === 201) {
      created++;
      if (!(answer.body as Pod).spec.initContainers) bare.add();
    } else {
      refused.add();
      messages.add((answer.body as { readonly message: string }).message); // of a Status
    }
  }

  let over = false;
  const happening = sleep(margin)
    .then(event)
    .then(() => sleep(margin))
    .finally(() => {
      over = true;
    });
  happening.catch(() => {}); // told below
  const start = performance.now();
  const pods: Promise<void>[] = [];
  for (; !over || performance.now() - start < seconds * 1000; await sleep(every))
    pods.push(create(asked[pods.length % asked.length]));
  await Promise.all(pods);
  await happening;
  await api({ method: 'DELETE', path: `${path}?gracePeriodSeconds=0` });
  return {
    ...{ created, bare: bare.span(), refused: refused.span(), messages: [...messages] },
    ...{ unanswered: unanswered.span(), slowest: Math.round(slowest) },
  };
}

function createSpan() {
  const times: number[] = [];
  return {
    add: () => void times.push(performance.now()),
    span: (): Span => ({ pods: times.length, milliseconds: Math.round((times.at(-1) ?? 0) - (times[0] ?? 0)) }),
  };
}
