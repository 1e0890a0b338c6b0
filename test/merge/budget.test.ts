// The resources of the pod itself, and what fits into them beside its containers.
import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/core/objects.ts';
import { budgetOf, type Span, takes } from '../../src/merge/budget.ts';

const container = (cpu: string, more: object = {}) => ({ name: 'x', resources: { requests: { cpu } }, ...more });
const always = { restartPolicy: 'Always' };
const podOf = (resources: object | undefined, containers: object[], initContainers?: object[]) =>
  ({ spec: { containers, ...(resources && { resources }), ...(initContainers && { initContainers }) } }) as Pod;
const requests = (cpu: string) => ({ requests: { cpu } });

/** Which requests of sidecars, one after the other, fit into the pod. */
function fitting(pod: Pod, ...added: [request: number, span: Span][]): boolean[] {
  const reservation = budgetOf(pod)?.requests.get('cpu');
  if (!reservation) throw new Error('there is no budget');
  return added.map(([request, span]) => takes(reservation, request, span));
}

describe('a sidecar fits', () => {
  it.each<[string, Pod, [number, Span][], boolean[]]>([
    [
      'beside the app',
      podOf(requests('3'), [container('1')]),
      [
        [2, 'beside'],
        [1, 'beside'],
      ],
      [true, false],
    ],
    [
      'beside native sidecars',
      podOf(requests('3'), [container('1')], [container('1', always)]),
      [
        [1, 'beside'],
        [1, 'beside'],
      ],
      [true, false],
    ],
    [
      'not beside init containers, which have ended',
      podOf(requests('3'), [container('1')], [container('3')]),
      [[2, 'beside']],
      [true],
    ],
    [
      'before the app, without its containers',
      podOf(requests('3'), [container('3')]),
      [
        [3, 'once'],
        [4, 'once'],
      ],
      [true, false],
    ],
    [
      'before the app, beside native sidecars',
      podOf(requests('3'), [container('1')], [container('1', always)]),
      [
        [2, 'once'],
        [3, 'once'],
      ],
      [true, false],
    ],
    [
      'before the app, beside those added before',
      podOf(requests('3'), [container('1')]),
      [
        [1, 'native'],
        [2, 'once'],
        [3, 'once'],
      ],
      [true, true, false],
    ],
    [
      'before the app, but for those that start later',
      podOf(requests('3'), [container('1')]),
      [
        [1, 'beside'],
        [3, 'once'],
      ],
      [true, true],
    ],
    [
      'as a native one behind init containers',
      podOf(requests('3'), [container('1')], [container('2')]),
      [[2, 'native']],
      [true],
    ],
    [
      'not early, beside init containers',
      podOf(requests('3'), [container('1')], [container('2')]),
      [
        [2, 'early'],
        [1, 'early'],
        [1, 'early'],
      ],
      [false, true, false],
    ],
    [
      'not early, where the app needs it',
      podOf(requests('3'), [container('2')], [container('1')]),
      [
        [2, 'early'],
        [1, 'early'],
      ],
      [false, true],
    ],
    [
      'beside an init container and the native sidecars before it',
      podOf(requests('4'), [container('1')], [container('1', always), container('2'), container('1', always)]),
      [
        [1, 'early'],
        [1, 'early'],
      ],
      [true, false],
    ],
  ])('%s', (_, pod, added, results) => {
    expect(fitting(pod, ...added)).toEqual(results);
  });
});

describe('the budget of a pod', () => {
  it.each([
    ['without resources', undefined],
    ['with empty resources', {}],
    ['with null', { requests: null }],
  ])('%s is none', (_, resources) => {
    expect(budgetOf(podOf(resources, [container('1')]))).toBeUndefined();
  });

  it.each<[string, object[], object[], boolean[]]>([
    ['of the app', [container('2')], [container('1')], [false, true]],
    ['of the init containers, where those are more', [container('1')], [container('2')], [true, false]],
  ])('without requests is that of the containers: %s', (_, containers, inits, results) => {
    const pod = podOf({ limits: { cpu: '9' } }, containers, inits);
    expect(fitting(pod, [1, 'beside'], [results[0] ? 1 : 0, 'beside'])).toEqual(results);
  });
});
