// A template that all of many enforced policies require: nobody else's review waits long while it is checked.
import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../src/state/check-template.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from '../policy/policy.ts';

const count = 500;

/** Milliseconds of processor time: the fewest of some runs, which other work of the machine delays least. */
function leastTime(run: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

describe(`${count} enforced policies that require a template`, () => {
  it.each<[string, (i: number) => object]>([
    [
      'each for a team, with settings of its own',
      (i) => ({
        namespaceSelector: { matchLabels: { team: `t${i}` } },
        require: [{ sidecar: 'greeter', settings: { greeting: `hi ${i}` }, lock: ['greeting'] }],
      }),
    ],
    [
      'each for a team, with another sidecar',
      (i) => ({
        namespaceSelector: { matchLabels: { team: `t${i}` } },
        require: [{ sidecar: 'topz' }, { sidecar: 'greeter', lock: ['*'] }],
      }),
    ],
    [
      'all for one pod',
      (i) => ({ podSelector: { matchLabels: { [`label-${i}`]: 'x' } }, require: [{ sidecar: 'greeter' }] }),
    ],
  ])('%s: a change of it is checked in less than 150 ms', (_, spec) => {
    const policies = Array.from({ length: count }, (_, i) => policyObject(`p${i}`, spec(i), { uid: `p${i}` }));
    const { state } = createClusterState(builtInState)([], [template('greeter')], policies);
    expect(state.policies).toHaveLength(count);
    const change = template('greeter', { summary: 'Says it.' });
    expect(checkTemplate(change, state)).toEqual({ problems: [], warnings: [] });
    expect(leastTime(() => checkTemplate(change, state))).toBeLessThan(150);
  });
});
