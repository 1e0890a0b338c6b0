import type { ConditionText, PolicyConditions } from '../cluster/policy-status.ts';
import { isHeld } from '../policy/enforcement.ts';
import type { Policy } from '../policy/policy.ts';
import type { PolicyVerdict } from '../state/cluster-policies.ts';

/**
 * The conditions of a policy. `hasSlot`: it is among those that the injector can hold. `inPlace`: what holds it is there;
 * undefined where people apply that.
 */
export function conditionsOf(
  { ready, message, policy, conflicts }: PolicyVerdict,
  hasSlot: boolean,
  inPlace: boolean | undefined,
): PolicyConditions {
  return {
    Ready: { status: ready ? 'True' : 'False', reason: ready ? 'InUse' : 'Refused', message },
    Enforced: enforcedText(policy, hasSlot, inPlace),
    Conflicting:
      conflicts.length > 0
        ? { status: 'True', reason: 'PoliciesConflict', message: conflicts.join(' ').slice(0, 4096) }
        : { status: 'False', reason: 'NoConflict', message: 'No other policy contradicts this one.' },
  };
}

function enforcedText(policy: Policy | undefined, hasSlot: boolean, inPlace: boolean | undefined): ConditionText {
  if (!policy) return { status: 'Unknown', reason: 'Refused', message: 'The policy is not valid.' };
  const { action } = policy;
  if (action !== 'Enforce')
    return { status: 'False', reason: action, message: `The action of the policy is ${action}.` };
  if (!isHeld(policy))
    return { status: 'False', reason: 'NothingToHold', message: 'The policy neither requires nor forbids a sidecar.' };
  if (inPlace === undefined)
    return { status: 'Unknown', reason: 'NotManaged', message: 'Apply what `sidecar policy compile` prints.' };
  if (!hasSlot)
    return {
      status: 'False',
      reason: 'TooManyPolicies',
      message: 'Increase policies.most in the values of the chart.',
    };
  return inPlace
    ? { status: 'True', reason: 'Bound', message: 'The API server refuses pods that are not as the policy says.' }
    : {
        status: 'False',
        reason: 'NotBound',
        message: 'The rules of the chart, or their bindings, are not in place yet.',
      };
}
