// What docs/templates.md shows of the language, run as it stands there.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/api/json.ts';
import { stateOfSection, woven } from './templates-page.ts';

const podWith = (annotations: Record<string, string>) => ({
  metadata: { annotations },
  spec: { containers: [{ name: 'web', image: 'web' }] },
});

describe('docs/templates.md shows', () => {
  it('what the pod says', () => {
    const state = {
      ...stateOfSection('What the pod says'),
      namespaces: new Map([['default', { annotations: {}, labels: { 'example.com/team': 'shop' } }]]),
    };
    const args = (pod: Json) => {
      const { spec } = woven(pod, state) as { spec: { initContainers: [{ args: string[] }] } };
      return spec.initContainers[0].args;
    };
    const annotations = { 'sidecar.io/probe': 'true' };
    const web = { name: 'web', image: 'web', ports: [{ containerPort: 3000 }] };
    const pod = { metadata: { annotations, labels: { version: '7' } }, spec: { containers: [web, { name: 'log' }] } };
    expect(args(pod)).toEqual([
      ...['--target=127.0.0.1:3000', '--namespace=default', '--containers=web,log', '--version=7', '--team=shop'],
    ]);
    expect(args(podWith(annotations))).toEqual([
      ...['--target=127.0.0.1:8080', '--namespace=default', '--containers=web', '--team=shop'],
    ]);
  });

  it('a sidecar before the init containers of the app', () => {
    const state = stateOfSection("Before the app's init containers");
    const { metadata, spec } = podWith({ 'sidecar.io/tunnel': 'true', 'sidecar.io/topz': 'true' });
    const pod = { metadata, spec: { ...spec, initContainers: [{ name: 'migrate' }, { name: 'seed' }] } };
    const names = woven(pod, state).spec.initContainers.map(({ name }) => name);
    expect(names).toEqual(['sidecar-tunnel', 'migrate', 'seed', 'sidecar-topz']);
  });

  it('variables of the app', () => {
    const state = stateOfSection('Variables of the app');
    expect(woven(podWith({ 'sidecar.io/egress': 'true' }), state).spec.containers).toEqual([
      {
        name: 'web',
        image: 'web',
        env: [
          { name: 'HTTPS_PROXY', value: 'http://127.0.0.1:21128' },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'NO_PROXY', value: '127.0.0.1,$(POD_IP)' },
        ],
      },
    ]);
  });
});
