import type { State } from '../../state/state.ts';
import type { Cause } from './cause.ts';
import { askedCause, misplacedCause } from './causes/asked.ts';
import { calledCause } from './causes/called.ts';
import { createdCause } from './causes/created.ts';
import { endedCause } from './causes/ended.ts';
import { failingCause } from './causes/failing.ts';
import { formCause } from './causes/form.ts';
import { outdatedCause } from './causes/outdated.ts';
import { reachedCause, wasDownCause } from './causes/reached.ts';
import { refusedCauses } from './causes/refused.ts';
import { takenCause } from './causes/taken.ts';
import { timingCause } from './causes/timing.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import type { ExplainRequest, LiveFacts } from './facts.ts';
import { type Story, storyOf } from './story.ts';
import type { Words } from './words.ts';

/** Why a pod has, or would get, the sidecars that it does. */
export interface Decision {
  readonly title: string;
  readonly namespace: string;
  /** `complete`: nothing is to be done. */
  readonly verdict: 'complete' | 'incomplete' | 'refused' | 'none';
  /** A sentence: `pod/web in shop has topz, but not git.` */
  readonly summary: string;
  /** The one to look at first; undefined where the pod has all that it asks for. */
  readonly cause: Cause | undefined;
  /** Further ones, which would be seen after the first is fixed. */
  readonly also: readonly Cause[];
  readonly story: Story;
  /** What would be different if the pod were created now; undefined for a manifest. */
  readonly now: string | undefined;
}

/**
 * Explains the decision about a pod: the same engine decides as in the webhook. `state` is that of the cluster, or of
 * the manifests. Nothing is thrown; a pod that cannot be read has a problem as its cause.
 */
export function explain(request: ExplainRequest, state: State): Decision {
  const evidence = evidenceOf(request, state);
  const causes = causesOf(evidence);
  const [cause, ...also] = causes.filter(({ cause }, i) => causes.findIndex((other) => other.cause === cause) === i);
  return {
    ...{ title: request.title, namespace: request.namespace, verdict: verdictOf(evidence, cause) },
    ...{ summary: summaryOf(evidence), cause, also },
    story: storyOf(evidence),
    now: nowOf(evidence),
  };
}

/** Every cause, the one that comes first in time or that hides the others first. */
function causesOf(evidence: Evidence): Cause[] {
  const { live } = evidence;
  const found = (...causes: readonly (Cause | undefined)[]) => causes.filter((cause) => cause !== undefined);
  const engine = found(askedCause(evidence), ...refusedCauses(evidence));
  const created = createdCause(evidence);
  if (created) return created.kind === 'injector' && engine.length > 0 ? engine : [created, ...engine];
  const taken = takenCause(evidence);
  if (taken) return found(endedCause(evidence, true), taken);
  if (!live) return [...engine, ...found(formCause(evidence), misplacedCause(evidence))];
  const now = found(calledCause(evidence), reachedCause(evidence));
  const before = found(timingCause(evidence));
  const then = engine.length + now.length + before.length > 0 ? [] : found(wasDownCause(evidence));
  return [
    ...found(endedCause(evidence, engine.length + now.length > 0)),
    ...engine,
    // A registration that excludes the pod, or an injector that is away, keeps the next pod bare too.
    ...now,
    ...before,
    ...then,
    ...found(failingCause(evidence), outdatedCause(evidence), formCause(evidence), misplacedCause(evidence)),
  ];
}

function verdictOf(
  { outcome, missing, present, wanted, live }: Evidence,
  cause: Words | undefined,
): Decision['verdict'] {
  if (outcome.kind === 'Refused' || outcome.kind === 'Failed') return 'refused';
  if (live?.stored ? missing.length > 0 : live !== undefined && cause !== undefined) return 'incomplete';
  if ((live?.stored ? present : wanted).length === 0) return 'none';
  return cause === undefined ? 'complete' : 'incomplete';
}

function summaryOf({ request, live, present, missing, wanted, outcome }: Evidence): string {
  const { title, namespace, sidecar } = request;
  const subject = `${title} in ${namespace}`;
  const none = sidecar === undefined ? 'no sidecar' : `no ${sidecar}`;
  const names = (sidecars: readonly { readonly name: string }[]) => sidecars.map(({ name }) => name).join(', ');
  if (live?.stored) {
    if (present.length === 0) return `${subject} has ${none}.`;
    const lacks = missing.length === 0 ? '' : `, but not ${names(missing)}`;
    return `${subject} has ${present.join(', ')}${lacks}.`;
  }
  if (live?.events.some(({ reason }) => reason === 'FailedCreate')) return `${subject} has no pods.`;
  if (outcome.kind === 'Refused' || outcome.kind === 'Failed') return `${subject} would be refused.`;
  return `${subject} would get ${wanted.length === 0 ? none : names(wanted)}.`;
}

function nowOf({ live, outcome, wanted, present, recorded }: Evidence): string | undefined {
  if (!live?.stored) return undefined;
  if (live.known.kind === 'unread') return unknownText(live.known);
  if (outcome.kind === 'Refused' || outcome.kind === 'Failed')
    return 'If the pod were created now, it would be refused.';
  const names = wanted.map(({ name }) => name);
  const added = names.filter((name) => !present.includes(name));
  const gone = present.filter((name) => !names.includes(name));
  const kept = wanted.filter(({ name }) => present.includes(name));
  const isOther = ({ name, hash }: (typeof kept)[number]) =>
    live.known.kind === 'same' && recorded?.some((each) => each.name === name && each.hash !== hash);
  const other = kept.filter(isOther);
  const parts = [
    ...(added.length > 0 ? [`get ${added.join(', ')}`] : []),
    ...(gone.length > 0 ? [`not get ${gone.join(', ')}`] : []),
    ...(other.length > 0 ? [`get another ${other.map(({ name }) => name).join(', ')}`] : []),
  ];
  const what = parts.length === 0 ? 'have the same sidecars' : parts.join(', and ');
  const now = `If the pod were created now, it would ${what}.`;
  return kept.length === 0 || live.known.kind === 'same' ? now : `${now} ${unknownText(live.known)}`;
}

/** What cannot be said about sidecars that the pod has and would get, and what to do about it. */
function unknownText(known: Exclude<LiveFacts['known'], { readonly kind: 'same' }>): string {
  if (known.kind === 'unread')
    return `What a new pod would get is not known: you may not list the ${known.what} of the cluster.`;
  const what = 'Whether these would change is not known';
  if (known.kind === 'other')
    return `${what}: the injector is ${known.version}. Use the command of version ${known.version}.`;
  return `${what}: the Deployment of the injector cannot be read, or it runs outside the cluster. Name its image with --image.`;
}
