import { misplacedIn } from '../../engine/misplaced-parts.ts';
import { carriedTemplates } from '../../workload/carried-templates.ts';
import type { WorkloadKind } from '../../workload/kinds.ts';
import { undeclaredKind, undeclaredText } from '../../workload/undeclared.ts';
import { workloadWarnings } from '../../workload/warnings.ts';
import type { ManifestFile } from './manifests.ts';
import { type Found, objectsIn } from './objects.ts';

/**
 * A line for each sidecar key that has no effect on the pods of its object, for each that cannot reach them, and for each
 * pod template with such keys in an object of an unknown kind.
 */
export function misplacedLines(files: readonly ManifestFile[], kinds: readonly WorkloadKind[]): string[] {
  return files
    .flatMap(({ manifests }) => manifests.flatMap(({ value }) => objectsIn(value, kinds)))
    .flatMap((found) => misplacedMessages(found, kinds).map((message) => `${found.title}: warning: ${message}`));
}

/** The same of one object, without its name. */
export function misplacedMessages(
  { object, role, workload }: Found,
  kinds: readonly WorkloadKind[],
): readonly string[] {
  const misplaced = misplacedIn(object, role);
  const undeclared = undeclaredKind(object, kinds);
  if (undeclared?.asks) return [undeclaredText(undeclared), ...misplaced];
  if (!workload) return misplaced;
  const warnings = workloadWarnings(workload, object, undefined, carriedTemplates(workload, object, undefined));
  return [...warnings.map(({ message }) => message), ...misplaced];
}
