// Fields that the API server requires: found missing when the template is checked, or else for the pod.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { pathText } from '../../src/language/template-problem.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { sampleScope } from '../../src/template/sample.ts';

const id = '${ instance.id }';

function compiled(spec: object) {
  return compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name: 'demo' },
    spec: {
      ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x', containers: [{ name: id }] },
      parameters: [{ name: 'p', type: 'string', description: 'x' }],
      ...spec,
    },
  });
}

function problems(spec: object): string[] {
  const result = compiled(spec);
  return 'problems' in result ? result.problems.map(({ path, message }) => `${pathText(path)}: ${message}`) : [];
}

const inContainer = (fields: object) => ({ containers: [{ name: id, ...fields }] });
const inVolume = (fields: object) => ({ volumes: [{ name: id, ...fields }] });

/** Each place with a field that is required there, beside others. */
const places: readonly [string, (field: JsonObject) => object][] = [
  ['spec.containers[0].ports[0].containerPort', (field) => inContainer({ ports: [{ name: 'a', ...field }] })],
  ['spec.containers[0].env[0].name', (field) => inContainer({ env: [{ value: 'a', ...field }] })],
  ['spec.containers[0].volumeMounts[0].mountPath', (field) => inContainer({ volumeMounts: [{ name: 'a', ...field }] })],
  [
    'spec.containers[0].env[0].valueFrom.secretKeyRef.key',
    (field) => inContainer({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a', ...field } } }] }),
  ],
  [
    'spec.containers[0].startupProbe.httpGet.port',
    (field) => inContainer({ startupProbe: { httpGet: { path: '/', ...field } } }),
  ],
  ['spec.containers[0].lifecycle.preStop.exec.command', (exec) => inContainer({ lifecycle: { preStop: { exec } } })],
  ['spec.initContainers[0].name', (field) => ({ initContainers: [{ args: [], ...field }] })],
  ['spec.volumes[0].name', (field) => ({ volumes: [{ emptyDir: {}, ...field }] })],
  ['spec.volumes[0].persistentVolumeClaim.claimName', (persistentVolumeClaim) => inVolume({ persistentVolumeClaim })],
  ['spec.volumes[0].secret.secretName', (secret) => inVolume({ secret })],
  ['spec.mounts[0].name', (field) => ({ mounts: [{ mountPath: '/a', ...field }] })],
  ['spec.env[0].name', (field) => ({ env: [{ value: 'a', ...field }] })],
];

describe.each(places)('%s', (path, spec) => {
  const name = path.replace(/.*\./, '');

  it('is found missing when the template is checked', () => {
    expect(problems(spec({}))).toEqual([expect.stringContaining(`${path}: is required: a`)]);
  });

  it('is found to be null when the template is checked', () => {
    expect(problems(spec({ [name]: '${ null }' }))).toEqual([
      expect.stringMatching(/: fails with sample values .*: is required: a/),
    ]);
    expect(problems(spec({ [name]: '${ null }' }))[0]).toContain(path);
  });
});

describe('the image of a container', () => {
  it.each([null, '${ null }'])('cannot be %s', (image) => {
    expect(problems(inContainer({ image }))).toEqual([expect.stringContaining('spec.containers[0].image: ')]);
  });

  it('is that of the parameter if the template has none', () => expect(problems({})).toEqual([]));

  it('fails for the pod whose parameters give none', () => {
    const demo = compiled(inContainer({ image: '${ dyn(params.p == "none" ? dyn(null) : dyn("example.com/a")) }' }));
    if ('problems' in demo) throw new Error(JSON.stringify(demo.problems));
    const scope = sampleScope(demo, true);
    expect(demo.render(scope).initContainers).toMatchObject([{ image: 'example.com/a' }]);
    expect(() => demo.render({ ...scope, params: { ...scope.params, p: 'none' } })).toThrow(
      expect.objectContaining({ path: ['spec', 'containers', 0, 'image'], message: 'is required: a string in quotes' }),
    );
  });
});

describe('a field that is not required', () => {
  it('can be null', () => {
    const fields = { args: '${ null }', ports: [{ containerPort: 1, name: '${ null }' }] };
    expect(problems(inContainer(fields))).toEqual([]);
  });

  it('is decided by $if like any other', () => {
    const $if = '${ params.p != null }';
    expect(problems(inContainer({ ports: [{ $if, containerPort: 1 }] }))).toEqual([]);
    expect(problems(inContainer({ ports: [{ containerPort: { $if, $value: 1 } }] }))).toEqual([
      expect.stringContaining('ports[0].containerPort: fails with sample values (native form): is required: a port'),
    ]);
  });
});
