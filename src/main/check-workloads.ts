import type { Api } from '../cluster/api.ts';
import { kindSchema } from '../cluster/kind-schema.ts';
import type { Json } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/message-of.ts';
import type { ClusterMetrics } from '../telemetry/cluster-metrics.ts';
import type { WorkloadKind } from '../workload/kinds.ts';
import { schemaProblem } from '../workload/schema-path.ts';

/** Milliseconds between two questions, until nothing is wrong: definitions can come later. */
const again = 60_000;

export interface CheckedWorkloads {
  /** What is wrong at present, with the name of the kind. */
  readonly problems: () => readonly string[];
  readonly stop: () => void;
}

/**
 * Says in the log and by a metric what is wrong with declared kinds: that the cluster does not have one, or no pod
 * template at its path.
 */
export function checkWorkloads(
  kinds: readonly WorkloadKind[],
  api: Api,
  { log, metrics }: { readonly log: Log; readonly metrics: Pick<ClusterMetrics, 'settingProblems'> },
): CheckedWorkloads {
  const said = new Map<WorkloadKind, string | undefined>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const problems = () =>
    [...said].flatMap(([{ kind, group }, problem]) => (problem === undefined ? [] : [`${kind}.${group}: ${problem}`]));
  async function check(): Promise<void> {
    for (const kind of kinds) {
      const problem = await workloadProblem(kind, api);
      if (problem !== undefined && problem !== said.get(kind))
        log.warn({ kind: `${kind.kind}.${kind.group}` }, `a declared workload has no effect: ${problem}`);
      if (problem === undefined && said.get(kind) !== undefined)
        log.info({ kind: `${kind.kind}.${kind.group}` }, 'a declared workload is valid now');
      said.set(kind, problem);
    }
    metrics.settingProblems('workloads', problems().length);
    if (!stopped && problems().length > 0) timer = setTimeout(() => void check(), again).unref();
  }
  void check();
  return {
    problems,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** What is wrong with a declared kind, by the schema of the cluster; undefined where nothing is. */
export async function workloadProblem(kind: WorkloadKind, api: Api): Promise<string | undefined> {
  try {
    const schema = await kindSchema(api, kind);
    if ('problem' in schema) return schema.problem;
    return schemaProblem(kind, schema.document as Json, schema.version); // JSON of the API server
  } catch (error) {
    return `The API server could not be asked about it: ${messageOf(error)}`;
  }
}
