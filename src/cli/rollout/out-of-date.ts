import { problemText } from '../../core/problem.ts';
import type { Finding } from '../../engine/audit/finding.ts';
import type { AuditedPod } from '../audit/audit-cluster.ts';
import { type WorkloadName, workloadName } from '../cluster/workload-name.ts';

/** A workload with pods that are not as they should be. */
export interface OutOfDate {
  readonly apiVersion: string;
  readonly owner: WorkloadName;
  /** The names of these pods. */
  readonly pods: readonly string[];
  /** Why new pods would not be better; undefined where they would. */
  readonly hindrance: string | undefined;
}

/** Which findings about the pods of a workload, named by its path, count. */
export type IsMeant = (finding: Finding, path: string) => boolean;

/**
 * Gathers pods by what makes them. `isMeant` does not decide about findings that a restart does not fix: these count.
 */
export function createGathering(isMeant: IsMeant) {
  const found = new Map<string, OutOfDate>();
  return {
    add({ owner: { apiVersion, kind, namespace, name }, findings, name: pod }: AuditedPod): void {
      const hindrance = findings.map(hindranceIn).find((text) => text !== undefined);
      const owner = workloadName(apiVersion, kind, namespace, name);
      if (hindrance === undefined && !findings.some((finding) => isMeant(finding, owner.path))) return;
      const key = `${apiVersion}/${kind}/${namespace}/${name}`;
      const known = found.get(key);
      found.set(key, {
        ...{ apiVersion, owner },
        pods: [...(known?.pods ?? []), pod],
        hindrance: known?.hindrance ?? hindrance,
      });
    },
    gathered: (): readonly OutOfDate[] => [...found.values()],
  };
}

function hindranceIn(finding: Finding): string | undefined {
  if (finding.kind === 'unreached')
    return `New pods would not get ${finding.sidecar} either: sidecar explain says why the injector is not called.`;
  const problem = finding.kind === 'refused' ? finding.problems[0] : undefined;
  return problem && `New pods would be refused. ${problemText(problem)}`;
}
