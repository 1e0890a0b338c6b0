import type { Log } from '../core/log.ts';
import { bindingNames } from '../policy/enforcement.ts';
import type { ClusterMetrics } from '../telemetry/cluster-metrics.ts';

/**
 * Finds the bindings that the injector wrote when `policies.most` was higher: the chart gives no right to delete them
 * any more, so they hold their policy also after it was deleted. The log has the command that deletes them.
 */
export function createLeftBindings(installation: string, log: Log, metrics: Pick<ClusterMetrics, 'settingProblems'>) {
  const written = new RegExp(`^[A-Za-z]+/(?:${bindingNames(installation, '\\d+').join('|')})$`);
  let left: readonly string[] = [];
  return {
    names: () => left,
    /** Takes all bindings of policies that the injector may not write, as `kind/name`. */
    look(names: readonly string[]): void {
      const next = names.filter((name) => written.test(name));
      if (next.join() === left.join()) return;
      left = next;
      metrics.settingProblems('policies.most', left.length);
      if (left.length > 0)
        log.warn(
          { bindings: left.length },
          `policies.most is lower than before, and bindings beyond it still hold their policies. Delete them: kubectl delete ${left.join(' ')}`,
        );
    },
  };
}
