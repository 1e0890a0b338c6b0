import {
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from '@kubernetes/client-node';

/** What is followed: the path of its list, and the call that lists it. */
export interface Source<T extends KubernetesObject> {
  readonly path: string;
  readonly list: () => Promise<KubernetesListObject<T>>;
}

export interface Listener<T> {
  /** All objects, after the first list and after each change. Changes that come together are reported once. */
  readonly changed: (objects: readonly T[]) => void;
  /** The connection failed; it is tried again without end. */
  readonly failed: (message: string) => void;
}

/** Milliseconds in which changes are collected. */
const together = 50;
const [firstRetry, lastRetry] = [500, 30_000];

/** Follows a list of the API server until `stop`. What was last known stays in use while the connection is gone. */
export function follow<T extends KubernetesObject>(
  kubeConfig: KubeConfig,
  { path, list }: Source<T>,
  { changed, failed }: Listener<T>,
): { readonly stop: () => void } {
  let stopped = false;
  let listed = false;
  let retry = firstRetry;
  let failedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (listed && !stopped) changed(informer.list());
    }, together);
  };
  const informer = makeInformer(kubeConfig, path, async () => {
    const answer = await list();
    listed = true;
    heard();
    return answer;
  });
  const heard = () => {
    retry = firstRetry;
    tell();
  };
  informer.on('change', heard);
  const retrying = (error: unknown) => {
    if (stopped) return;
    // A watch that resumes lists nothing and may hear nothing for long, so a long time without a failure is a success too.
    const now = performance.now();
    if (now - failedAt > 2 * lastRetry) retry = firstRetry;
    failedAt = now;
    failed(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    setTimeout(() => stopped || start(), retry).unref();
    retry = Math.min(retry * 2, lastRetry);
  };
  informer.on('error', retrying);
  const start = () => void informer.start().catch(retrying);
  start();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      void informer.stop();
    },
  };
}
