import type { Catalog } from '../catalog/catalog.ts';
import type { Verdict } from '../core/objects.ts';
import { problemText } from '../core/problem.ts';
import { byNamespace } from '../policy/by-namespace.ts';
import { compilePolicy, type PolicyObject, stillHeld } from '../policy/compile.ts';
import { conflictsOf } from '../policy/conflicts.ts';
import { inForceAt, type Policy } from '../policy/policy.ts';

/** What the injector makes of a policy. */
export interface PolicyVerdict extends Verdict {
  /** Without exemptions that have ended; undefined when the policy is not valid. */
  readonly policy: Policy | undefined;
  /** What contradicts it in other policies. */
  readonly conflicts: readonly string[];
}

/** The policies of a cluster. */
export interface ClusterPolicies {
  /**
   * By name: where several set the same default, the first one counts, here as in the command line. Those that are not
   * valid any more are among them as far as the API server holds them.
   */
  readonly policies: readonly Policy[];
  readonly of: ReturnType<typeof byNamespace>;
  /** The oldest first. */
  readonly verdicts: ReadonlyMap<PolicyObject, PolicyVerdict>;
}

interface Known {
  readonly generation: number | undefined;
  readonly catalog: Catalog;
  readonly result: ReturnType<typeof compilePolicy>;
}

/** Compiles each version of a policy once for a catalog. Nothing new gives the same result again. */
export function createClusterPolicies() {
  let known = new Map<string | undefined, Known>();
  let formerCatalog: Catalog | undefined;
  let former: ClusterPolicies = { policies: [], of: byNamespace([]), verdicts: new Map() };
  return (objects: readonly PolicyObject[], catalog: Catalog, now: number): ClusterPolicies => {
    const next = new Map<string | undefined, Known>();
    const versions = objects
      .toSorted((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1))
      .map((object) => {
        const { uid, generation } = object.metadata;
        const before = known.get(uid);
        const isSame = before?.generation === generation && before?.catalog === catalog;
        const version = before && isSame ? before : { generation, catalog, result: compilePolicy(object, catalog) };
        next.set(uid, version);
        return { object, result: version.result };
      });
    known = next;
    const valid = versions.map(({ object, result }) => ({
      ...{ object, result },
      policy: 'policy' in result ? inForceAt(result.policy, now) : undefined,
    }));
    const counting = valid.flatMap(
      ({ object, result, policy }) => policy ?? heldIn(object, result, catalog, now) ?? [],
    );
    const policies = counting.sort((a, b) => (a.name < b.name ? -1 : 1));
    const isSame =
      policies.length === former.policies.length &&
      policies.every(
        ({ name, revision }, i) => former.policies[i]?.name === name && former.policies[i]?.revision === revision,
      );
    const wasThere = objects.length === former.verdicts.size && objects.every((object) => former.verdicts.has(object));
    // A template decides which policies are valid, and which exclude each other.
    if (isSame && wasThere && catalog === formerCatalog) return former;
    formerCatalog = catalog;
    const verdicts = new Map<PolicyObject, PolicyVerdict>();
    for (const { object, result, policy } of valid) {
      if (policy) verdicts.set(object, verdictOn(policy, policies, catalog));
      else if ('problems' in result) {
        const message = result.problems.map(problemText).join('; ').slice(0, 4096);
        verdicts.set(object, { policy, ready: false, message, conflicts: [] });
      }
    }
    former = isSame ? { ...former, verdicts } : { policies, of: byNamespace(policies), verdicts };
    return former;
  };
}

/** What is left of a policy that is not valid, where the API server holds it as it was before. */
function heldIn(object: PolicyObject, result: Known['result'], catalog: Catalog, now: number): Policy | undefined {
  if (!('problems' in result) || result.spec?.action !== 'Enforce') return undefined;
  const isHeld = object.status?.conditions?.some(({ type, status }) => type === 'Enforced' && status === 'True');
  return isHeld ? inForceAt(stillHeld(object.metadata.name, result.spec, catalog), now) : undefined;
}

function verdictOn(policy: Policy, policies: readonly Policy[], catalog: Catalog): PolicyVerdict {
  const conflicts = [...conflictsOf(policy, policies, catalog).values()].flat();
  const message =
    conflicts.length === 0 ? 'The policy is in use.' : `The policy is in use. Warning: ${conflicts.join(' ')}`;
  return { policy, ready: true, message: message.slice(0, 4096), conflicts };
}

function ageOf({ metadata: { creationTimestamp = '', name } }: PolicyObject): string {
  return `${creationTimestamp} ${name}`;
}
