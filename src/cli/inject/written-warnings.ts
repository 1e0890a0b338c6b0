import { objectAt } from '../../core/fields.ts';
import { isCarried } from '../../core/from-workload.ts';
import type { JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { Warning } from '../../core/problem.ts';
import { misplacedIn } from '../../engine/misplaced-parts.ts';
import type { IsReadBeside } from '../../engine/unread-annotations.ts';
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
 * where an object of an unknown kind has such keys in a pod template. `isReadBeside` is of its file.
 */
export function writtenWarnings(
  { object, role, workload }: Found,
  isReadBeside: IsReadBeside,
  kinds: readonly WorkloadKind[],
): readonly Written[] {
  if (isCompiledPolicy(object)) return [];
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

/** What is read of the objects of a file. They are looked through once, when the first question comes. */
export function readAmong(objects: readonly Found[]): IsReadBeside {
  let read: ReadonlySet<string> | undefined;
  return (key, value) => {
    read ??= new Set(objects.flatMap(annotationsRead));
    return read.has(JSON.stringify([key, value]));
  };
}

function annotationsRead({ object, role, pods }: Found): string[] {
  const holders = role === 'other' ? [] : [object, ...pods.map((steps) => valueAt(object, steps))];
  const annotations = holders.flatMap((holder) => Object.entries(annotationsOf(holder) ?? {}));
  return annotations.filter(([key]) => isCarried(key)).map((each) => JSON.stringify(each));
}

/** The same for every object of files, a line for each. */
export function writtenLines(files: readonly ManifestFile[], kinds: readonly WorkloadKind[]): string[] {
  return files.flatMap(({ manifests }) => {
    const objects = manifests.flatMap(({ value }) => objectsIn(value, kinds));
    const isReadBeside = readAmong(objects);
    return objects.flatMap((found) =>
      writtenWarnings(found, isReadBeside, kinds).map(
        ({ message }) => `${found.title}: warning: ${printable(message)}`,
      ),
    );
  });
}
