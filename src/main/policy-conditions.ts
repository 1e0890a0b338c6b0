import type { ConditionText, PolicyConditions } from '../cluster/policy-status.ts';
import { type EnforcementObject, isHeld } from '../policy/enforcement.ts';
import type { Policy } from '../policy/policy.ts';
import type { PolicyVerdict } from '../state/cluster-policies.ts';

/**
 * The conditions of a policy. `objects`: what holds it; undefined where it is not among those that the injector can
 * hold. `inPlace`: they are there, or those of the policy when it was valid; undefined where people apply them.
 * `refused`: why the API server does not take the webhook entry.
 */
export function conditionsOf(
  { ready, message, policy, conflicts }: PolicyVerdict,
  objects: readonly EnforcementObject[] | undefined,
  inPlace: boolean | undefined,
  refused: string | undefined,
): PolicyConditions {
  const notRegistered = `The API server does not take the webhook entry of the policy: ${refused}`.slice(0, 4096);
  return {
    Ready:
      ready && refused !== undefined
        ? { status: 'False', reason: 'NotRegistered', message: notRegistered }
        : { status: ready ? 'True' : 'False', reason: ready ? 'InUse' : 'Refused', message },
    Enforced: enforcedText(policy, objects, inPlace),
    Conflicting:
      conflicts.length > 0
        ? { status: 'True', reason: 'PoliciesConflict', message: conflicts.join(' ').slice(0, 4096) }
        : { status: 'False', reason: 'NoConflict', message: 'No other policy contradicts this one.' },
  };
}

function enforcedText(
  policy: Policy | undefined,
  objects: readonly EnforcementObject[] | undefined,
  inPlace: boolean | undefined,
): ConditionText {
  if (!policy && inPlace)
    return {
      ...{ status: 'True', reason: 'BoundAsBefore' },
      message: 'The policy is not valid any more. The API server holds what it said before.',
    };
  if (!policy)
    return {
      ...{ status: 'Unknown', reason: 'Refused' },
      message:
        inPlace === undefined
          ? 'The policy is not valid, and the injector does nothing for it. What you have applied of it still holds.'
          : 'The policy is not valid, and nothing holds it.',
    };
  const { action } = policy;
  if (action !== 'Enforce')
    return { status: 'False', reason: action, message: `The action of the policy is ${action}.` };
  if (!isHeld(policy))
    return { status: 'False', reason: 'NothingToHold', message: 'The policy neither requires nor forbids a sidecar.' };
  if (inPlace === undefined)
    return { status: 'Unknown', reason: 'NotManaged', message: 'Apply what `sidecar policy compile` prints.' };
  if (!objects)
    return {
      status: 'False',
      reason: 'TooManyPolicies',
      message: 'Increase policies.most in the values of the chart.',
    };
  const injects = objects.some(({ kind }) => kind === 'MutatingAdmissionPolicyBinding');
  const injection = injects ? ' It injects the required sidecars also while no injector answers.' : '';
  return inPlace
    ? {
        ...{ status: 'True', reason: 'Bound' },
        message: `The API server refuses pods that are not as the policy says.${injection}`,
      }
    : {
        status: 'False',
        reason: 'NotBound',
        message: "The chart's ValidatingAdmissionPolicies, or their bindings, are not in place yet.",
      };
}
