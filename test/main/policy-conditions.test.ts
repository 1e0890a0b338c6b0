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
