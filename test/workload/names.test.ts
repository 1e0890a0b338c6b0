// The names that Knative gives to containers.
import { expect, it } from 'vitest';
import { kindOfObject, workloadKinds } from '../../src/workload/kinds.ts';
import { withNames } from '../../src/workload/names.ts';

const knative = kindOfObject(workloadKinds, 'serving.knative.dev/v1', 'Service');
const deployment = kindOfObject(workloadKinds, 'apps/v1', 'Deployment');

const namesIn = (containers: readonly object[], init: readonly object[] = [], kind = knative) => {
  const named: unknown = withNames({ spec: { containers, initContainers: init } as never }, kind);
  const { spec } = named as { spec: Record<string, { name?: string }[]> };
  return [spec.containers, spec.initContainers].flatMap((list = []) => list.map(({ name }) => name));
};

it.each([
  ['one without a name', [{}], [], ['user-container']],
  ['an empty name', [{ name: '' }], [], ['user-container']],
  ['a name that is there', [{ name: 'web' }], [], ['web']],
  ['several', [{}, { name: 'web' }, {}], [], ['user-container-0', 'web', 'user-container-1']],
  ['names that are taken', [{ name: 'user-container-0' }, {}], [], ['user-container-0', 'user-container-1']],
  ['an init container of that name', [{}], [{ name: 'user-container' }], ['user-container-0', 'user-container']],
  ['init containers', [{}], [{}], ['user-container', 'init-container']],
  ['a sidecar does not count', [{}, { name: 'sidecar-git' }], [], ['user-container', 'sidecar-git']],
] as const)('%s', (_, containers, init, names) => expect(namesIn(containers, init)).toEqual(names));

it('other kinds give none, and a template that is no object stays as it is', () => {
  expect(namesIn([{}], [], deployment)).toEqual([undefined]);
  for (const template of [null, 'x', {}, { spec: null }]) expect(withNames(template, knative)).toBe(template);
  expect(withNames({ spec: { containers: 'x' } }, knative)).toEqual({ spec: { containers: 'x' } });
});
