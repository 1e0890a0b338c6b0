import { isObject, type Json, objectsOf } from '../../../core/json.ts';
import type { InjectedSidecar } from '../../../core/outcome.ts';
import type { Evidence } from '../evidence.ts';
import type { LiveFacts } from '../facts.ts';
import { recreation } from '../recreate.ts';
import type { Words } from '../words.ts';

/** The pod is older than what asks for the sidecar: sidecars are decided when a pod is created. */
export interface TimingCause extends Words {
  readonly family: 'timing';
  readonly kind: 'annotated-later' | 'before-install' | 'namespace-later' | 'template-later' | 'policy-later';
}

export function timingCause(evidence: Evidence): TimingCause | undefined {
  const { live, missing, request } = evidence;
  const [sidecar] = missing;
  if (!live?.stored || !sidecar) return undefined;
  const created = timeOf(live.stored, 'creationTimestamp');
  const late = lateness(sidecar, created, evidence, live);
  if (!late) return undefined;
  const [kind, what] = late;
  const cause = `${what}; the pod was created at ${created}, and sidecars are decided then.`;
  return { family: 'timing', kind, cause, fix: recreation(request) };
}

function lateness(
  { name, source, template }: InjectedSidecar,
  created: string,
  { request: { namespace } }: Evidence,
  { stored, registration, namespace: ofNamespace, templates, policies }: LiveFacts,
): readonly [TimingCause['kind'], string] | undefined {
  const [, key = ''] = /\['(sidecar\.io\/[^']*)'\]$/.exec(source) ?? [];
  if (source.startsWith('metadata.')) {
    const written = annotatedAt(stored, key);
    if (written !== undefined && written > created)
      return ['annotated-later', `${key} was added to the pod at ${written}`];
  }
  if (typeof registration === 'object' && registration.created > created)
    return ['before-install', `The injector was registered at ${registration.created}`];
  if (source.startsWith('namespace.')) {
    const written = annotatedAt(ofNamespace, key);
    if (written !== undefined && written > created)
      return ['namespace-later', `The namespace ${namespace} was annotated with ${key} at ${written}`];
  }
  const policy = policies.find((each) => source.startsWith(`policies['${each.name}']`));
  if (policy && policy.changed > created)
    return ['policy-later', `The policy ${policy.name}, which requires ${name}, was written at ${policy.changed}`];
  const declared = templates.find((each) => each.name === template);
  if (declared && declared.created > created)
    return ['template-later', `The template ${template} was created at ${declared.created}`];
  return undefined;
}

/** A time in the metadata of an object. */
export function timeOf({ metadata }: { readonly metadata?: Json }, field: string): string {
  const time = isObject(metadata) ? metadata[field] : undefined;
  return typeof time === 'string' ? time : '';
}

/**
 * When the annotation was written, by the field tracking of the API server: the earliest time of the managers that have
 * it. Undefined where it is not tracked.
 */
function annotatedAt(object: { readonly metadata?: Json } | undefined, key: string): string | undefined {
  const metadata = isObject(object?.metadata) ? object.metadata : {};
  const times = objectsOf(metadata.managedFields)
    .filter(({ fieldsV1 }) => hasAnnotation(fieldsV1, key))
    .map(({ time }) => String(time));
  return times.sort()[0];
}

function hasAnnotation(fields: Json | undefined, key: string): boolean {
  const metadata = isObject(fields) ? fields['f:metadata'] : undefined;
  const annotations = isObject(metadata) ? metadata['f:annotations'] : undefined;
  return isObject(annotations) && Object.hasOwn(annotations, `f:${key}`);
}
