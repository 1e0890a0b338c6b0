import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { sampleScope } from '../../src/template/sample.ts';
import { tokenPath } from '../../src/template/token.ts';

const own = { name: '${ instance.id }-own', emptyDir: {} };

function compiled(spec: object, kind = 'ClusterSidecarTemplate') {
  return compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind,
    metadata: { name: 'demo' },
    spec: {
      ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x', volumes: [own] },
      ...{ containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1 } }], ...spec },
    },
  });
}

function rendered(spec: object, native = true) {
  const template = compiled(spec);
  if ('problems' in template) throw new Error(JSON.stringify(template.problems));
  return template.render(sampleScope(template, native));
}

const empty = { name: 'sidecar-demo-sa', mountPath: tokenPath, readOnly: true };
const mountsOf = (containers: readonly JsonObject[]) => containers.map(({ volumeMounts }) => volumeMounts);

describe('the service account token', () => {
  const mounted = { name: own.name, mountPath: '/own' };
  const containers = [
    {
      name: '${ instance.id }',
      securityContext: { runAsUser: 1 },
      volumeMounts: [mounted],
      $once: { args: ['--once'] },
    },
  ];
  const before = [{ name: '${ instance.id }-before', securityContext: { runAsUser: 1 } }];

  it('is replaced by an empty volume in every container', () => {
    const { volumes, ...fragment } = rendered({ containers, initContainers: before }, false);
    const all = [{ name: 'sidecar-demo-own', mountPath: '/own' }, empty];
    expect(mountsOf(fragment.containers)).toEqual([all]);
    expect(mountsOf(fragment.initContainers)).toEqual([[empty], all]);
    expect(volumes).toEqual([
      { name: 'sidecar-demo-own', emptyDir: {} },
      { name: 'sidecar-demo-sa', downwardAPI: {} },
    ]);
  });

  it('reaches the containers of a template with serviceAccountToken', () => {
    const { initContainers, volumes } = rendered({ serviceAccountToken: true });
    expect(mountsOf(initContainers)).toEqual([undefined]);
    expect(volumes).toEqual([{ name: 'sidecar-demo-own', emptyDir: {} }]);
  });

  it('is left to a template that mounts something of its own there', () => {
    const there = { name: own.name, mountPath: tokenPath };
    const container = { name: '${ instance.id }', securityContext: { runAsUser: 1 }, volumeMounts: [there] };
    const { initContainers, volumes } = rendered({ containers: [container] });
    expect(mountsOf(initContainers)).toEqual([[{ name: 'sidecar-demo-own', mountPath: tokenPath }]]);
    expect(volumes).toEqual([{ name: 'sidecar-demo-own', emptyDir: {} }]);
  });

  it('needs mounts that are written out as a list', () => {
    const container = { name: '${ instance.id }', securityContext: { runAsUser: 1 }, volumeMounts: '${ [] }' };
    expect(compiled({ containers: [container] })).toMatchObject({
      problems: [
        {
          path: ['spec', 'containers', 0, 'volumeMounts'],
          message: 'must be a list: use expressions, $if and $value inside it',
        },
      ],
    });
  });

  it('is not for templates of a namespace', () => {
    expect(compiled({ serviceAccountToken: true }, 'SidecarTemplate')).toEqual({
      problems: [
        { path: ['spec', 'serviceAccountToken'], message: 'is allowed only in a ClusterSidecarTemplate: remove it' },
      ],
    });
    expect(compiled({ serviceAccountToken: false }, 'SidecarTemplate')).toHaveProperty('render');
  });
});
