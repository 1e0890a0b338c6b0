// Whether sidecars are native follows from the versions of the API server and of its nodes, with the rights of the
// chart.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openApi } from '../../src/cluster/api.ts';
import { connect } from '../../src/cluster/connect.ts';
import { watchVersions } from '../../src/cluster/watch-versions.ts';
import type { ClusterVersions } from '../../src/core/objects.ts';
import { type Charted, startCharted } from './chart.ts';
import { template } from './cluster-templates.ts';
import { applied, created, untilAsked } from './setup.ts';

let charted: Charted;
beforeAll(async () => {
  charted = await startCharted();
  await applied(charted.cluster, template('form', { containers: [container] }));
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(() => charted?.stop());

const container = {
  name: '${ instance.id }',
  args: ['${ cluster.version }'],
  securityContext: { runAsUser: 1000 },
};

const node = (name: string, kubeletVersion: string, operatingSystem = 'linux', labels = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } },
  status: { nodeInfo: { kubeletVersion, operatingSystem } },
});

/** A pod that is created now, with a template that shows the version. */
async function injected(): Promise<'native' | 'classic'> {
  const metadata = { generateName: 'web-', annotations: { 'sidecar.io/form': 'true' } };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'app', image: 'app' }] } };
  const { spec } = await created(charted.cluster, pod, '--dry-run=server');
  const [inInit, beside] = [spec.initContainers, spec.containers].map((list) =>
    list?.find(({ name }) => name === 'sidecar-form'),
  );
  expect((inInit ?? beside)?.args).toEqual([charted.cluster.version.slice(1)]);
  return inInit?.restartPolicy === 'Always' ? 'native' : 'classic';
}

const remove = (name: string) => charted.cluster.kubectl(['delete', 'node', name]);
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 200 });

/** What the next pods get, and what the status of the template says. */
async function expectForm(form: 'native' | 'classic', reason: string): Promise<void> {
  await until(async () => expect(await injected()).toBe(form));
  await until(async () => {
    const { stdout } = await charted.cluster.kubectl(['get', 'clustersidecartemplates', 'form', '-o', 'wide']);
    expect(stdout.replaceAll(/ +/g, ' ')).toMatch(`${form === 'native' ? 'Native' : 'Classic'} ${reason}`);
  });
}

const later = 'The API server and all nodes run Kubernetes 1.29 or later.';

it('is decided again when a node joins, is upgraded or leaves', { timeout: 600_000 }, async () => {
  await expectForm('native', later);
  await applied(charted.cluster, node('new', 'v1.36.3'), node('old', 'v1.28.5'));
  const reason = 'The node old runs Kubernetes 1.28.5; native sidecars need 1.29 on all nodes.';
  await expectForm('classic', reason);

  const upgraded = JSON.stringify(node('old', 'v1.29.1'));
  const patch = ['patch', 'node', 'old', '--subresource=status', '--type=merge', '-p', upgraded];
  expect(await charted.cluster.kubectl(patch)).toMatchObject({ code: 0 });
  await expectForm('native', later);

  await applied(charted.cluster, node('older', 'v1.27.1'));
  await expectForm('classic', 'The node older runs Kubernetes 1.27.1;');
  await remove('older');
  await expectForm('native', later);
});

it('does not depend on Windows nodes and virtual kubelets', { timeout: 300_000 }, async () => {
  const virtual = node('virtual', 'v1.19.10-vk', 'linux', { type: 'virtual-kubelet' });
  await applied(charted.cluster, node('windows', 'v1.27.0', 'windows'), virtual, node('last', 'v1.28.0'));
  await expectForm('classic', 'The node last runs');
  await remove('last');
  await expectForm('native', later);
});

/** Hears the versions as this user; `gitVersion` is that of the API server from the second answer on. */
function heard({ as, nodes, gitVersion }: { as?: string; nodes: boolean; gitVersion?: string }) {
  const kubeConfig = connect(charted.cluster.kubeconfig);
  if ('problem' in kubeConfig) throw new Error(kubeConfig.problem);
  const user = kubeConfig.getCurrentUser();
  if (user && as) Object.assign(user, { impersonateUser: as });
  const direct = openApi(kubeConfig);
  const versions: ClusterVersions[] = [];
  let asked = 0;
  const { stop } = watchVersions(
    {
      ...{ kubeConfig, nodes, every: 200 },
      async api(request) {
        const answer = await direct(request);
        if (request.path !== '/version') return answer;
        return gitVersion && asked++ > 0 ? { ...answer, body: { gitVersion } } : answer;
      },
    },
    { changed: (next) => void versions.push(next), failed: () => {} },
  );
  return { versions, stop };
}

it('an upgrade of the API server is noticed, and nodes that do not matter are not asked for', async () => {
  const { versions, stop } = heard({ nodes: false, gitVersion: 'v1.99.0' });
  await until(() => expect(versions.at(-1)).toEqual({ apiServer: 'v1.99.0', nodes: [] }));
  expect(versions[0]).toEqual({ apiServer: charted.cluster.version, nodes: [] });
  stop();
});

it('nodes that may not be listed are unknown, until they may be', async () => {
  const { versions, stop } = heard({ as: 'nobody', nodes: true });
  const unknown = expect.stringMatching(/^\/api\/v1\/nodes: 403: nodes is forbidden: /);
  await until(() => expect(versions.at(-1)).toEqual({ apiServer: charted.cluster.version, nodes: { unknown } }));
  const bind = ['create', 'clusterrolebinding', 'nobody', '--clusterrole=sidecar-injector', '--user=nobody'];
  expect(await charted.cluster.kubectl(bind)).toMatchObject({ code: 0 });
  await until(() =>
    expect(versions.at(-1)?.nodes).toContainEqual({ name: 'new', version: 'v1.36.3', os: 'linux', type: '' }),
  );
  stop();
});
