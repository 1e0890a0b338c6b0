import { prefix } from '../core/annotations.ts';
import { closest } from '../core/closest.ts';
import { isCarried } from '../core/from-workload.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Suspect } from '../core/pod.ts';
import { maxExplained, type Warning } from '../core/problem.ts';

/** The metadata of an object, or of a part of it, and its path: `spec.template.metadata`. */
export interface MetadataAt {
  readonly path: string;
  readonly metadata: Json | undefined;
}

/** The length of the longest key that the API server accepts: a domain, a slash and a name. */
const maxKey = 253 + 1 + 63;

/**
 * A message for each of the suspects that is a sidecar key without effect, 20 at most. It names the annotation to write
 * in one of the pod templates. A key that all of them have as annotation, with the same value, gives none.
 */
export function misplacedKeys(
  { path, metadata }: MetadataAt,
  suspects: readonly Suspect[],
  templates: readonly MetadataAt[],
): string[] {
  const messages: string[] = [];
  for (const [field, key] of suspects) {
    const meant = key.startsWith(prefix) ? key : meantBy(key);
    if (meant === undefined || !isCarried(meant) || key.length > maxKey || messages.length === maxExplained) continue;
    const value = fieldOf(metadata, field)[key];
    const lacking = templates.find((template) => fieldOf(template.metadata, 'annotations')[meant] !== value);
    if (!lacking) continue;
    const annotation = `${lacking.path}.annotations['${meant}']`;
    const fix = key === meant ? `Write ${annotation} instead.` : `Did you mean ${annotation}?`;
    messages.push(`${path}.${field}['${key}'] has no effect. ${fix}`);
  }
  return messages;
}

const none: JsonObject = {};

function fieldOf(metadata: Json | undefined, field: Suspect[0]): JsonObject {
  const value = isObject(metadata) ? metadata[field] : undefined;
  return isObject(value) ? value : none;
}

/** Domains of Kubernetes itself, which nobody else uses. */
const wrongDomains = ['sidecar.k8s.io', 'sidecar.kubernetes.io'];

/**
 * The annotation that was probably meant by one that does not begin with `sidecar.io/`: `sidecars.io/topz`,
 * `siedcar.io/topz`, `Sidecar.io/topz`, `sidecar.k8s.io/topz`, `sidecar.io.topz`. Undefined where nothing is close.
 */
function meantBy(key: string): string | undefined {
  const slash = key.indexOf('/');
  if (slash < 0) return /^sidecar\.io[-._:]./.test(key) ? prefix + key.slice(prefix.length) : undefined;
  const domain = key.slice(0, Math.min(slash, maxKey)).toLowerCase();
  const isClose =
    domain.startsWith('sidecar.io.') || wrongDomains.includes(domain) || closest(domain, ['sidecar.io'], 2);
  return isClose ? prefix + key.slice(slash + 1) : undefined;
}

/** The outcome with a warning for each of the suspects of the pod that is a sidecar key without effect. */
export function withMisplaced(outcome: Outcome, { metadata }: Pod, suspects: readonly Suspect[]): Outcome {
  if (!('warnings' in outcome)) return outcome;
  const own = { path: 'metadata', metadata };
  const warnings = misplacedKeys(own, suspects, [own]).map(
    (message): Warning => ({ code: 'misplaced-key', sidecar: '', message }),
  );
  return warnings.length === 0 ? outcome : { ...outcome, warnings: [...outcome.warnings, ...warnings] };
}
