import { fromWorkloadKey, prefix, statusKey } from '../../core/annotations.ts';
import { objectAt } from '../../core/fields.ts';
import { carriedText } from '../../core/from-workload.ts';
import { instanceId, isNameOf } from '../../core/instance.ts';
import { isObject, type Json, type JsonObject, pointerKey } from '../../core/json.ts';
import type { InjectedSidecar, Outcome } from '../../core/outcome.ts';
import { type RecordedSidecar, recordedIn } from '../../core/status.ts';
import type { State } from '../../state/state.ts';
import type { Template } from '../../template/template.ts';
import { entriesFor } from '../explain/entries.ts';
import type { LiveFacts } from '../explain/facts.ts';
import { inject } from '../inject.ts';
import type { InjectionRequest } from '../injection-request.ts';
import { addedBy } from './added.ts';
import { changedFields, containersByName, otherImages } from './changed.ts';
import type { Finding } from './finding.ts';

/** A pod of a cluster, and what decides about it. */
export interface AuditRequest extends InjectionRequest {
  /** The pod without the sidecars of its injection: see `uninject`. */
  readonly pod: Json | undefined;
  /** The pod as it is stored. */
  readonly stored: JsonObject;
  /** How the injector is registered, and the namespace of the pod: whether the API server calls the injector for it. */
  readonly calls?: Pick<LiveFacts, 'registration' | 'namespace'>;
  /**
   * False where the templates of the state may be of another version than those of the injector: then no sidecar is
   * compared with what it would be today.
   */
  readonly comparesTemplates?: boolean;
  /** True where not all templates and policies could be read: then only what a pod asks for and lacks is found. */
  readonly isPartial?: boolean;
}

/**
 * What a stored pod has against what it would get if it were created today: the same engine decides as in the webhook.
 * Nothing is found in a pod that is as it should be. `workload` of the request is what the owner says today, where that
 * is known; otherwise it is what the pod carries. Nothing is thrown; a pod that cannot be read is refused today.
 */
export function auditPod(request: AuditRequest, state: State): readonly Finding[] {
  const { stored, comparesTemplates = true, isPartial = false } = request;
  const outcome = inject(request, state);
  if (isPartial && outcome.kind !== 'Injected' && outcome.kind !== 'Unchanged') return [];
  if (outcome.kind === 'Refused') return [{ kind: 'refused', problems: outcome.problems }];
  if (outcome.kind === 'Failed') return [{ kind: 'refused', problems: [outcome.problem] }];
  const recorded = recordedIn(stored);
  const annotations = objectAt(stored, 'metadata.annotations');
  if (!recorded && isInjectedByRule(outcome, annotations)) return [];
  const containers = containersByName(stored);
  const templates = templatesFor(request, state);
  const lost = recorded ? undefined : unrecorded(containers, templates);
  if (lost) return [lost];
  const today = addedBy(outcome);
  const compared = (sidecar: InjectedSidecar): Finding | undefined => {
    const { name, hash, source } = sidecar;
    const had = recorded?.find((each) => each.name === name);
    if (!had || sidecar.containers.some((each) => had.containers.includes(each) && !containers.has(each)))
      return { kind: 'missing', sidecar: name, source, was: had !== undefined };
    if (!comparesTemplates || isPartial) return undefined;
    const images = otherImages(sidecar.containers, containers, today.containers);
    if (had.hash !== hash) return { kind: 'outdated', sidecar: name, images };
    if (images.length > 0) return { kind: 'image', sidecar: name, images };
    const fields = readsPod(sidecar, templates) ? [] : changedFields(sidecar, containers, annotations, today);
    return fields.length > 0 ? { kind: 'changed', sidecar: name, fields } : undefined;
  };
  const extra = (isPartial ? [] : (recorded ?? [])).filter(
    (had) => !outcome.sidecars.some(({ name }) => name === had.name) && isPresent(had, containers),
  );
  const findings = [
    ...outcome.sidecars.map(compared).filter((finding) => finding !== undefined),
    ...extra.map(({ name }): Finding => ({ kind: 'extra', sidecar: name })),
  ];
  return findings.length > 0 ? reached(findings, request) : findings;
}

/**
 * A pod that says nothing itself, to which the injector would add its status and nothing else: the API server has
 * injected what a policy requires while no injector answered (`policies.inject` of the chart).
 */
function isInjectedByRule(outcome: Outcome, annotations: JsonObject): boolean {
  if (outcome.kind !== 'Injected' || Object.keys(annotations).some((key) => key.startsWith(prefix))) return false;
  return outcome.patch.every(({ path, value }) =>
    path === '/metadata/annotations'
      ? isObject(value) && Object.keys(value).every((key) => key === statusKey)
      : path === `/metadata/annotations/${pointerKey(statusKey)}`,
  );
}

function isPresent({ containers }: RecordedSidecar, stored: ReadonlyMap<string, unknown>): boolean {
  return containers.some((name) => stored.has(name));
}

/** The templates that count in the namespace of the pod. */
function templatesFor({ namespace }: AuditRequest, { namespaces, catalog }: State): readonly Template[] {
  return (namespaces.get(namespace)?.catalog ?? catalog).templates;
}

/**
 * Containers of a sidecar without the status that says so: whoever copied the pod left it out, or removed it.
 * Containers of others may begin with `sidecar-` too.
 */
function unrecorded(stored: ReadonlyMap<string, unknown>, templates: readonly Template[]): Finding | undefined {
  const ids = templates.map(({ name }) => instanceId(name));
  const name = [...stored.keys()].find((each) => ids.some((id) => isNameOf(id, each)));
  if (name === undefined) return undefined;
  const fields = [`metadata.annotations['${statusKey}']`];
  return { kind: 'changed', sidecar: name.replace(/^sidecar-/, ''), fields };
}

/** The template may render something else for the pod as it is stored than for the pod as it was created. */
function readsPod({ template }: InjectedSidecar, templates: readonly Template[]): boolean {
  return (templates.find(({ name }) => name === template)?.dependencies.size ?? 0) > 0;
}

/** The same findings, where the API server calls the injector for a new pod. */
function reached(findings: readonly Finding[], request: AuditRequest): readonly Finding[] {
  const { calls, namespace } = request;
  const entries = calls && entriesFor(calls, { pod: carrying(request), namespace });
  if (!entries || entries.some(({ skipped }) => skipped === undefined)) return findings;
  return findings.map((finding) =>
    finding.kind === 'missing' || finding.kind === 'outdated' || finding.kind === 'image'
      ? { kind: 'unreached', sidecar: finding.sidecar }
      : finding,
  );
}

/** The pod with what the pod template of its workload carries today: match conditions read it. */
function carrying({ pod, workload }: AuditRequest): Json | undefined {
  if (!isObject(pod) || !workload) return pod;
  const metadata = isObject(pod.metadata) ? pod.metadata : {};
  const { [fromWorkloadKey]: _, ...own } = isObject(metadata.annotations) ? metadata.annotations : {};
  const text = carriedText(workload.annotations, own);
  const annotations = text === undefined ? own : { ...own, [fromWorkloadKey]: text };
  return { ...pod, metadata: { ...metadata, annotations } };
}
