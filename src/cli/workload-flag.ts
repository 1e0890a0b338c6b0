import { named } from '../flags/kinds.ts';
import type { Flag } from '../flags/read-flags.ts';
import { type DeclaredKinds, declaredKinds } from '../workload/declared.ts';

/** Kinds of workloads that are not built in. */
export const workloadFlag = {
  name: 'workload',
  kind: named('KIND.GROUP=PATH'),
  repeated: true,
  help: 'A further kind with a pod template, such as Widget.example.com=spec.template; can be repeated.',
} as const satisfies Flag;

/** All kinds with those of this flag, and what is wrong in its values. */
export function workloadsOf({ workload }: { readonly workload: readonly string[] }): DeclaredKinds {
  const read = declaredKinds(workload);
  return { ...read, problems: read.problems.map((problem) => `--workload ${problem}`) };
}
