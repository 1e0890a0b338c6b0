// Policies that no pod can satisfy together: found when they are written.
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../src/policy/compile.ts';
import { checkPolicy } from '../../src/state/check-policy.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from './policy.ts';

const solo = template('solo', { conflicts: ['topz'] }, undefined);
const listener = (port: string) =>
  template('listener', {
    parameters: [{ name: 'at', type: 'port', default: '21999', description: 'Where it listens.' }],
    containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1000 }, ports: [{ containerPort: port }] }],
  });
const [fixedListener, openListener] = [listener('${ 21999 }'), listener('${ params.at }')];

const required = (sidecar: string, settings: object = {}, lock: readonly string[] = Object.keys(settings)) => ({
  require: [{ sidecar, settings, lock }],
});
const both = (a: { require: object[] }, b: { require: object[] }) => ({ require: [...a.require, ...b.require] });
const at = (sidecar: string, port = '21999') =>
  required(sidecar, { port, ...(sidecar === 'ambassador' ? { target: 'db:1' } : {}) });
const namespaces = [{ name: 'shop', annotations: {}, labels: { team: 'shop' } }];

function clusterWith(policies: Readonly<Record<string, object>>, templates = [solo]) {
  const objects = Object.entries(policies).map(([name, spec]) => policyObject(name, spec, { uid: name }));
  return createClusterState(builtInState)(namespaces, templates, objects);
}
const catalogWith = (...templates: (typeof solo)[]) => clusterWith({}, templates).state.catalog;

describe('two policies contradict each other', () => {
  it.each<[string, object, object, string]>([
    [
      'where the template of one sidecar excludes the other',
      required('topz'),
      required('solo'),
      'a requires the sidecar topz, and b requires solo: they cannot be in the same pod.',
    ],
    [
      'where both lock the same port',
      at('topz'),
      at('ambassador'),
      'a requires the sidecar topz, and b requires ambassador: both have port 21999, which nobody can change.',
    ],
    [
      'where one locks the port of the other by locking all',
      at('topz', '5432'),
      required('ambassador', { target: 'db:5432' }, ['*']),
      'a requires the sidecar topz, and b requires ambassador: both have port 5432, which nobody can change.',
    ],
    [
      'where one sets what the other locks to its default',
      required('topz', {}, ['*']),
      { defaults: { 'topz-period': '7s' } },
      'a locks sidecar.io/topz-period to what the template says, and b sets 7s.',
    ],
    [
      'where one sets the image of a sidecar that the other requires',
      required('topz'),
      required('topz', { image: 'mirror/topz:1' }, []),
      'a locks sidecar.io/topz-image to what the template says, and b sets mirror/topz:1.',
    ],
  ])('%s', (_, a, b, sentence) => {
    const { state, policyVerdicts } = clusterWith({ a, b });
    const names = /^a requires the sidecar (\w+), and b requires (\w+):/;
    const turned = sentence.replace(names, 'b requires the sidecar $2, and a requires $1:');
    expect([...policyVerdicts.values()].map(({ conflicts }) => conflicts)).toEqual([[sentence], [turned]]);
    const others = { ...state, policies: state.policies.filter(({ name }) => name === 'a') };
    const [warning, ...more] = checkPolicy(policyObject('b', b), others).warnings;
    expect(warning).toContain(turned);
    expect(warning).toContain('New pods that match both policies are refused in these namespaces: shop.');
    expect(more).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['where the port of one is not locked', at('topz'), required('ambassador', { target: 'db:1', port: '21999' }, [])],
    ['where the ports differ', at('topz'), at('ambassador', '21998')],
    ['where one sets what the other leaves open', required('topz'), { defaults: { 'topz-period': '7s' } }],
    ['where one sets the default', required('topz', {}, ['*']), { defaults: { 'topz-period': '2s' } }],
    ['where both require the same', at('topz'), at('topz')],
    ['where one is not enforced', required('topz'), { ...required('solo'), action: 'Warn' }],
  ])('but not %s', (_, a, b) => {
    const verdicts = clusterWith({ a, b }).policyVerdicts;
    expect([...verdicts.values()].map(({ conflicts }) => conflicts)).toEqual([[], []]);
  });

  it('also when a template begins to exclude the other', () => {
    const stateOf = createClusterState(builtInState);
    const objects = ['topz', 'solo'].map((name) => policyObject(name, required(name), { uid: name, generation: 1 }));
    const verdictsWith = (object: typeof solo, generation: number) => {
      const stored = { ...object, metadata: { ...object.metadata, uid: 'solo-template', generation } };
      return [...stateOf(namespaces, [stored], objects).policyVerdicts.values()].map(
        ({ conflicts }) => conflicts.length,
      );
    };
    expect(verdictsWith(template('solo'), 1)).toEqual([0, 0]);
    expect(verdictsWith(solo, 2)).toEqual([1, 1]);
    expect(verdictsWith(template('solo'), 3)).toEqual([0, 0]);
  });
});

describe('one policy is refused', () => {
  const problemsOf = (spec: object, ...templates: (typeof solo)[]) => {
    const compiled = compilePolicy(policyObject('p', spec), catalogWith(...templates));
    return 'problems' in compiled
      ? compiled.problems.map(({ path, message, fix }) => `${path}: ${message} ${fix}`)
      : [];
  };
  const fix = 'Require only one of them, or change their settings.';

  it.each<[string, object, string]>([
    [
      'that requires two sidecars of which one excludes the other',
      both(required('solo'), required('topz')),
      `spec.require[0].sidecar: The policy requires solo and topz: they cannot be in the same pod. ${fix}`,
    ],
    [
      'that locks the same port for two',
      both(at('topz'), at('ambassador')),
      `spec.require[0].sidecar: The policy requires topz and ambassador: both have port 21999, which nobody can change. ${fix}`,
    ],
    [
      'that has a default for what it locks',
      { ...required('topz', {}, ['*']), defaults: { 'topz-period': '7s' } },
      'spec.defaults.topz-period: The policy locks this setting. Write period in the settings of topz.',
    ],
  ])('%s', (_, spec, problem) => expect(problemsOf(spec, solo)).toEqual([problem]));

  it('for a port that its template has, and not for one that a pod can change', () => {
    const spec = both(at('topz'), required('listener'));
    expect(problemsOf(spec, fixedListener)).toEqual([expect.stringContaining('both have port 21999')]);
    expect(problemsOf(spec, openListener)).toEqual([]);
  });
});
