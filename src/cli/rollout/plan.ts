import { meansOf } from '../../rollout/means.ts';
import { restartUnderWay } from '../../rollout/observation.ts';
import { begun } from '../../rollout/verdict.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText } from '../cluster/paths.ts';
import type { WorkloadName } from '../cluster/workload-name.ts';
import { podsOf } from './observe.ts';
import type { OutOfDate } from './out-of-date.ts';
import type { Member } from './run.ts';

/** What is to be done about a workload that is out of date, before anything is done; or why it cannot be read. */
export function planned(
  cluster: Cluster,
  { apiVersion, owner, pods, hindrance }: OutOfDate,
  now: number,
): Member | { readonly message: string } {
  const { kind, namespace, name, path } = owner;
  if (hindrance !== undefined) return left(owner, hindrance, now);
  const answer = path === '' ? { object: { apiVersion, kind, metadata: { namespace, name } } } : cluster.read(path);
  if ('message' in answer)
    return answer.message.includes('(NotFound)') ? left(owner, 'It does not exist any more.', now) : answer;
  const { object } = answer;
  const means = meansOf(object);
  if ('left' in means) return left(owner, means.left, now);
  const all = podsOf(cluster, object, namespace);
  if ('message' in all) return all;
  const stale = all.filter((pod) => pods.includes(metadataText(pod, 'name')));
  return { owner, progress: begun(restartUnderWay(object, stale), now), verdict: undefined };
}

function left(owner: WorkloadName, why: string, now: number): Member {
  return { owner, progress: begun(undefined, now), verdict: { step: 'leave', why } };
}
