import { describe, expect, it } from 'vitest';
import { byNamespace } from '../../src/policy/by-namespace.ts';
import { canOverlap, type LabelSelector, selectorOf, selects } from '../../src/policy/selector.ts';
import { policy } from './policy.ts';

const team = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...values: string[]): LabelSelector => ({
  matchExpressions: [{ key: 'team', operator, values }],
});

describe('a selector', () => {
  it.each<[LabelSelector, readonly boolean[]]>([
    [{}, [true, true, true]],
    [{ matchLabels: { team: 'shop' } }, [true, false, false]],
    [team('In', 'shop', 'web'), [true, true, false]],
    [team('NotIn', 'shop'), [false, true, true]],
    [team('Exists'), [true, true, false]],
    [team('DoesNotExist'), [false, false, true]],
    [{ ...team('Exists'), matchLabels: { team: 'web' } }, [false, true, false]],
  ])('%j', (selector, expected) => {
    const labels = [{ team: 'shop' }, { team: 'web' }, {}];
    expect(labels.map((each) => selects(selectorOf(selector), each))).toEqual(expected);
  });

  it.each<[LabelSelector, LabelSelector, boolean]>([
    [{ matchLabels: { team: 'shop' } }, { matchLabels: { team: 'web' } }, false],
    [{ matchLabels: { team: 'shop' } }, { matchLabels: { stage: 'prod' } }, true],
    [team('In', 'a', 'b'), team('NotIn', 'a'), true],
    [team('In', 'a'), team('NotIn', 'a'), false],
    [team('Exists'), team('DoesNotExist'), false],
    [team('Exists'), team('NotIn', 'a'), true],
    [team('NotIn', 'a'), team('DoesNotExist'), true],
    [{}, team('Exists'), true],
  ])('%j and %j can select the same: %s', (a, b, expected) => {
    expect(canOverlap(selectorOf(a), selectorOf(b))).toBe(expected);
    expect(canOverlap(selectorOf(b), selectorOf(a))).toBe(expected);
  });
});

it('the policies of a namespace are found in their order, by each kind of selector', () => {
  const selectors = [team('In', 'web', 'shop'), {}, team('NotIn', 'web'), { matchLabels: { team: 'web' } }];
  const policies = selectors.map((namespaceSelector, i) => policy(`p${i}`, { namespaceSelector }));
  const of = byNamespace(policies);
  const namesFor = (labels: Record<string, string>) => of(labels).map(({ name }) => name);
  expect(namesFor({ team: 'web' })).toEqual(['p0', 'p1', 'p3']);
  expect(namesFor({ team: 'shop', stage: 'prod' })).toEqual(['p0', 'p1', 'p2']);
  expect(namesFor({})).toEqual(['p1', 'p2']);
});
