import { expect, it } from 'vitest';
import { conditionsOf } from '../../src/main/policy-conditions.ts';
import { policy } from '../policy/policy.ts';

const verdict = { ready: true, message: 'The policy is in use.', policy: policy('a', {}), conflicts: [] };

it('a policy whose webhook entry the API server does not take is not ready, and says why', () => {
  expect(conditionsOf(verdict, [], true, undefined).Ready).toMatchObject({ status: 'True', reason: 'InUse' });
  expect(conditionsOf(verdict, [], true, 'webhooks[4].objectSelector: Invalid value').Ready).toEqual({
    ...{ status: 'False', reason: 'NotRegistered' },
    message: 'The API server does not take the webhook entry of the policy: webhooks[4].objectSelector: Invalid value',
  });
});

it.each([
  [
    undefined,
    'The policy is not valid, and the injector does nothing for it. What you have applied of it still holds.',
  ],
  [false, 'The policy is not valid, and nothing holds it.'],
])('a policy that is not valid is not known to be held (in place: %s)', (inPlace, message) => {
  const invalid = { ready: false, message: 'spec: x', policy: undefined, conflicts: [] };
  const { Ready, Enforced } = conditionsOf(invalid, undefined, inPlace, undefined);
  expect(Ready).toEqual({ status: 'False', reason: 'Refused', message: 'spec: x' });
  expect(Enforced).toEqual({ status: 'Unknown', reason: 'Refused', message });
});
