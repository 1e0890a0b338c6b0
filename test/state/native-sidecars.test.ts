import { describe, expect, it } from 'vitest';
import type { ClusterVersions, NodeObject } from '../../src/core/objects.ts';
import { decideNative } from '../../src/state/native-sidecars.ts';

const node = (version: string, name = 'a', rest: Partial<NodeObject> = {}): NodeObject => ({
  ...{ name, version, os: 'linux', type: '' },
  ...rest,
});
const decide = (apiServer: string, nodes: ClusterVersions['nodes']) => decideNative('auto', { apiServer, nodes });

const later = 'The API server and all nodes run Kubernetes 1.29 or later.';
const oldNode = (name: string, version: string) =>
  `The node ${name} runs Kubernetes ${version}; native sidecars need 1.29 on all nodes.`;

describe('sidecars are native', () => {
  it.each<[string, string, ClusterVersions['nodes']]>([
    ['when everything is new enough', 'v1.36.3', [node('v1.29.0'), node('v1.36.3')]],
    ['with the versions of vendors', 'v1.29.3-eks-ae9a62a', [node('v1.30.4+k3s1'), node('v1.29.0-gke.1381000')]],
    ['after another major version', 'v2.0.0', [node('v2.1.0')]],
    ['after many major versions', 'v10.2.0', [node('v11.0.0')]],
    ['with versions without a patch', 'v1.30', [node('v1.29+')]],
    ['without nodes', 'v1.36.3', []],
    ['when nodes are known and the API server, which is never older, is not', '', [node('v1.29.0')]],
    ['beside an old Windows node', 'v1.36.3', [node('v1.36.0'), node('v1.27.0', 'b', { os: 'windows' })]],
    ['beside a virtual kubelet', 'v1.36.3', [node('v1.36.0'), node('v1.19.10-vk', 'b', { type: 'virtual-kubelet' })]],
    ['beside a node whose kubelet has not started', 'v1.36.3', [node('v1.36.0'), node('', 'b')]],
  ])('%s', (_, apiServer, nodes) => {
    expect(decide(apiServer, nodes)).toMatchObject({ nativeSidecars: true, reason: later });
  });
});

describe('sidecars are classic', () => {
  it.each<[string, string, ClusterVersions['nodes'], string]>([
    ['with one old node', 'v1.36.3', [node('v1.36.3'), node('v1.28.5-eks-1', 'b')], oldNode('b', '1.28.5')],
    [
      'and the reason names the oldest node',
      'v1.29.0',
      [node('v1.28.0', 'a'), node('v1.27.9', 'c'), node('v1.27.1', 'b')],
      oldNode('b', '1.27.1'),
    ],
    [
      'and, of several, the first by name',
      'v1.29.0',
      [node('v1.28.1', 'b'), node('v1.28.0', 'a')],
      oldNode('a', '1.28.0'),
    ],
    ['with a node of an older major version', 'v1.36.3', [node('v0.30.0')], oldNode('a', '0.30.0')],
    [
      'with a node whose version only ends like one',
      'v1.36.3',
      [node('dev1.36.3')],
      'The node a has the unknown version "dev1.36.3"; native sidecars need 1.29 on all nodes.',
    ],
    [
      'with a node whose version says nothing',
      'v1.36.3',
      [node('v0.0.1'), node('fake', 'b')],
      'The node b has the unknown version "fake"; native sidecars need 1.29 on all nodes.',
    ],
    [
      'with an old API server',
      'v1.28.15-gke.1',
      [],
      'The API server runs Kubernetes 1.28.15; native sidecars need 1.29.',
    ],
    [
      'when the nodes may not be listed',
      'v1.36.3',
      { unknown: '/api/v1/nodes: 403: nodes is forbidden' },
      'The versions of the nodes are not known: /api/v1/nodes: 403: nodes is forbidden. Allow the injector to list and watch nodes, or set --native to true or false.',
    ],
    ['when nothing is known', '', [], 'The version of the API server is not known, and there are no nodes.'],
  ])('%s', (_, apiServer, nodes, reason) => {
    expect(decide(apiServer, nodes)).toMatchObject({ nativeSidecars: false, reason });
  });
});

it('a setting decides whatever the versions are, and the version of the cluster is known all the same', () => {
  const versions = { apiServer: 'v1.28.2+k3s1', nodes: [node('v1.20.0')] };
  const [on, off] = (['true', 'false'] as const).map((setting) => decideNative(setting, versions));
  expect(on).toEqual({ version: '1.28.2', nativeSidecars: true, reason: '--native is true.' });
  expect(off).toEqual({ version: '1.28.2', nativeSidecars: false, reason: '--native is false.' });
});

it.each([
  ['v1.30', '1.30.0'],
  ['1.30.0', ''],
  ['', ''],
])('the API server with the version %j is of version %j', (apiServer, version) => {
  expect(decideNative('auto', { apiServer, nodes: [] }).version).toBe(version);
});
