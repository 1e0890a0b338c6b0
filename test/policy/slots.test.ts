// Which names the bindings of policies have: RBAC knows them before there is any policy.
import { describe, expect, it } from 'vitest';
import { slotsOf } from '../../src/policy/slots.ts';

const names = Array.from({ length: 100 }, (_, i) => `policy-${i}`);

describe('slots', () => {
  it('are given to as many policies as there are, one each, the oldest first', () => {
    const slots = slotsOf([...names, 'one-more'], 100);
    expect([...slots.keys()]).toEqual(names);
    expect(new Set(slots.values())).toEqual(new Set(names.map((_, i) => String(i))));
  });

  it('stay where they are when a younger policy comes', () => {
    const before = slotsOf(names.slice(0, 60), 100);
    for (const [name, slot] of before) expect(slotsOf(names, 100).get(name)).toBe(slot);
  });

  it('move for few policies when an older one goes', () => {
    const some = names.slice(0, 50);
    const before = slotsOf(some, 100);
    const moved = some.map((gone) => {
      const others = some.filter((name) => name !== gone);
      return [...slotsOf(others, 100)].filter(([name, slot]) => before.get(name) !== slot).length;
    });
    expect(moved.reduce((sum, each) => sum + each) / some.length).toBeLessThan(2);
  });
});
