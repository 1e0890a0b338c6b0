import { isObject, type Json, objectsOf } from '../../core/json.ts';
import type { Pod } from '../../core/objects.ts';
import type { InjectedSidecar, Outcome } from '../../core/outcome.ts';
import type { Source } from '../../core/source.ts';
import { type RecordedSidecar, recordedIn } from '../../core/status.ts';
import { gather, type Mention, readAnnotationName } from '../../select/gather.ts';
import type { SelectedInstance } from '../../select/select.ts';
import type { State } from '../../state/state.ts';
import { inject, withNamespaceDefaults } from '../inject.ts';
import { misplacedIn } from '../misplaced-parts.ts';
import { makePlan, type PlanRequest } from '../plan.ts';
import { type ReadRequest, readRequest } from '../request.ts';
import { type AskedEntry, entriesFor } from './entries.ts';
import type { ExplainRequest, LiveFacts } from './facts.ts';

/** Everything that causes are found in. */
export interface Evidence {
  readonly request: ExplainRequest;
  readonly state: State;
  readonly live: LiveFacts | undefined;
  /** What the engine makes of the pod now. */
  readonly outcome: Outcome;
  /** The layers of settings, as they are written, and the policies; undefined where the pod cannot be read. */
  readonly plan: PlanRequest | undefined;
  /** What the layers say about each sidecar, as far as it has an effect. */
  readonly mentions: readonly Mention[];
  readonly instances: readonly SelectedInstance[];
  /** What turns off all sidecars of the pod. */
  readonly optedOut: Source | undefined;
  /** The sidecars that the pod gets now, of those that the question is about. */
  readonly wanted: readonly InjectedSidecar[];
  /** The sidecars that the stored pod has, by name. */
  readonly present: readonly string[];
  /** Of `wanted`, those that the stored pod lacks. */
  readonly missing: readonly InjectedSidecar[];
  /** What `sidecar.io/status` of the stored pod says. */
  readonly recorded: readonly RecordedSidecar[] | undefined;
  /** A message for each annotation that has no effect where it is. */
  readonly misplaced: readonly string[];
  /** The webhook entries that match the pod; undefined where that is not known. */
  readonly entries: readonly AskedEntry[] | undefined;
}

export function evidenceOf(request: ExplainRequest, state: State): Evidence {
  const { live, written } = request;
  const read = readRequest(request, state);
  const plan = 'planRequest' in read ? read.planRequest : undefined;
  const outcome = inject(request, state);
  const effective = 'planRequest' in read && outcome.kind !== 'Failed' ? inEffect(read) : plan;
  const selection = effective && makePlan(effective).selection;
  const isAbout = (name: string) => isAboutSidecar(request.sidecar, name);
  const stored = live?.stored;
  const recorded = stored && recordedIn(stored);
  const names = stored ? containersOf(stored) : new Set<string>();
  const wanted = 'sidecars' in outcome ? outcome.sidecars.filter(({ name }) => isAbout(name)) : [];
  const has = (containers: readonly string[]) => containers.length > 0 && containers.every((each) => names.has(each));
  const present = (recorded ?? wanted).filter(({ containers }) => has(containers)).map(({ name }) => name);
  return {
    ...{ request, state, live, outcome, plan, wanted, recorded },
    mentions: effective
      ? gather(effective.layers, effective.catalog).mentions.filter(({ template }) => isAbout(template.name))
      : [],
    instances: selection?.instances ?? [],
    optedOut: selection?.optedOut,
    present: present.filter(isAbout),
    missing: wanted.filter(({ name }) => !present.includes(name)),
    misplaced: misplacedFor(written, request.sidecar),
    entries: live && plan ? entriesFor(live, request) : undefined,
  };
}

/** The plan without what the namespace says and what has no effect on the pod. */
function inEffect({ planRequest, pod }: Extract<ReadRequest, { readonly pod: Pod }>): PlanRequest {
  return { ...planRequest, layers: withNamespaceDefaults(planRequest, pod).layers };
}

/** Whether the question is about the instance: `git.docs` is one of `git`. */
export function isAboutSidecar(sidecar: string | undefined, name: string): boolean {
  return sidecar === undefined || name === sidecar || name.split('.')[0] === sidecar;
}

function misplacedFor({ object, role }: ExplainRequest['written'], sidecar: string | undefined): string[] {
  const messages = misplacedIn(object, role);
  if (sidecar === undefined) return messages;
  return messages.filter((message) => {
    const [, key = ''] = /annotations\['([^']*)'\][^']*$/.exec(message) ?? [];
    const { word } = readAnnotationName(key);
    return word === sidecar || word.startsWith(`${sidecar}-`);
  });
}

/** The names of all containers of a pod. */
export function containersOf({ spec }: { readonly spec?: Json }): ReadonlySet<string> {
  const { containers, initContainers } = isObject(spec) ? spec : {};
  return new Set([...objectsOf(containers), ...objectsOf(initContainers)].map(({ name }) => String(name)));
}
