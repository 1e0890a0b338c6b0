import { expect, it } from 'vitest';
import type { TemplateObject } from '../../src/core/objects.ts';
import { createInvalidPolicies } from '../../src/main/invalid-policies.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from '../policy/policy.ts';

it('the log says whether what the API server holds of a policy that is not valid still counts', () => {
  const said: object[] = [];
  const say = createInvalidPolicies({ warn: (fields, message) => void said.push([fields, message]) });
  const gone: TemplateObject = policyObject('gone', { require: [{ sidecar: 'gone' }] }, { uid: 'gone' });
  const look = (status: 'True' | 'False') => {
    const conditions = [{ type: 'Enforced', status, lastTransitionTime: '', message: '' }];
    const { state, policyVerdicts } = createClusterState(builtInState)([], [], [{ ...gone, status: { conditions } }]);
    say(policyVerdicts, state.policies);
  };
  const line = (effect: string) => [
    { policy: 'gone', problem: expect.stringContaining('spec.require[0].sidecar: ') },
    `a policy is not valid: ${effect}`,
  ];
  look('True');
  look('True');
  expect(said).toEqual([line('what can be made of it still counts')]);
  look('False');
  expect(said.slice(1)).toEqual([line('it has no effect on new pods')]);
});
