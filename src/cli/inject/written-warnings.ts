import { objectAt } from '../../core/fields.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { Warning } from '../../core/problem.ts';
import { misplacedIn } from '../../engine/misplaced-parts.ts';
import { policyLabel } from '../../policy/enforcement.ts';
import { carriedTemplates } from '../../workload/carried-templates.ts';
import type { WorkloadKind } from '../../workload/kinds.ts';
import { annotationsOf } from '../../workload/templates.ts';
import { undeclaredKind, undeclaredText } from '../../workload/undeclared.ts';
import { workloadWarnings } from '../../workload/warnings.ts';
import type { ManifestFile } from './manifests.ts';
import { type Found, objectsIn, valueAt } from './objects.ts';

type Written = Pick<Warning, 'code' | 'message'>;

/**
 * A warning for each sidecar key of an object that has no effect on its pods, for each that cannot reach them, and
 * where an object of an unknown kind has such keys in a pod template. `beside` are the objects of its file.
 */
export function writtenWarnings(
  { object, role, workload }: Found,
  beside: readonly Found[],
  kinds: readonly WorkloadKind[],
): readonly Written[] {
  if (isCompiledPolicy(object)) return [];
  const isReadBeside = (key: string, value: Json | undefined) => beside.some((each) => reads(each, key, value));
  const misplaced = misplacedIn(object, role, isReadBeside).map(
    (message): Written => ({ code: 'misplaced-key', message }),
  );
  const undeclared = undeclaredKind(object, kinds);
  if (undeclared?.asks) return [{ code: 'unknown-workload', message: undeclaredText(undeclared) }, ...misplaced];
  if (!workload) return misplaced;
  return [
    ...workloadWarnings(workload, object, undefined, carriedTemplates(workload, object, undefined)),
    ...misplaced,
  ];
}

/** What `sidecar policy compile` prints: its keys are for the rules of the chart. */
function isCompiledPolicy(object: JsonObject): boolean {
  return object.kind === 'PodTemplate' && Object.hasOwn(objectAt(object, 'metadata.labels'), policyLabel);
}

function reads({ object, role, pods }: Found, key: string, value: Json | undefined): boolean {
  const holders = role === 'other' ? [] : [object, ...pods.map((steps) => valueAt(object, steps))];
  return holders.some((holder) => annotationsOf(holder)?.[key] === value);
}

/** The same for every object of files, a line for each. */
export function writtenLines(files: readonly ManifestFile[], kinds: readonly WorkloadKind[]): string[] {
  return files.flatMap(({ manifests }) => {
    const objects = manifests.flatMap(({ value }) => objectsIn(value, kinds));
    return objects.flatMap((found) =>
      writtenWarnings(found, objects, kinds).map(({ message }) => `${found.title}: warning: ${printable(message)}`),
    );
  });
}
