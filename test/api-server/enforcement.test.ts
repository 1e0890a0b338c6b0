import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openApi } from '../../src/cluster/api.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { policyObject } from '../policy/policy.ts';
import { bare, create, enforce, injected, installRules, type TriedPod } from './enforced.ts';
import { accepted, refused } from './evasions.ts';
import { applied } from './setup.ts';

const logs = policyObject('shop-logs', {
  require: [
    {
      sidecar: 'logs',
      settings: { files: '/var/log/app/*.log', to: 'loki', url: 'https://loki.example.com' },
      lock: ['to', 'url'],
    },
  ],
  forbid: ['ambassador'],
  exempt: [
    { podSelector: { matchLabels: { app: 'legacy' } }, reason: 'x' },
    { serviceAccounts: ['ci'], reason: 'x' },
  ],
});

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
  await installRules(cluster);
  const namespace = (name: string, labels: object) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  });
  await applied(cluster, namespace('shop', { team: 'shop' }), namespace('other', { team: 'other' }));
  await applied(cluster, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ci', namespace: 'shop' } });
  await enforce(cluster, logs);
}, 900_000);
afterAll(() => cluster?.stop());

describe('while no injector answers', () => {
  it('a pod of the policy is refused with a sentence that names policy and sidecar', async () => {
    const { stderr } = await create(cluster, bare);
    expect(stderr).toContain(
      'The policy shop-logs requires the sidecar logs, and the pod has no container sidecar-logs.',
    );
  });

  it('pods of other namespaces start, and those that are exempt', async () => {
    const others = [
      { ...bare, metadata: { name: 'web', namespace: 'other' } },
      { ...bare, metadata: { ...bare.metadata, labels: { app: 'legacy' } } },
      { ...bare, spec: { ...bare.spec, serviceAccountName: 'ci' } },
    ];
    for (const pod of others) {
      const { code, stderr } = await create(cluster, pod);
      expect(code, stderr).toBe(0);
    }
  });

  it('a pod that was injected before starts, also with settings that are not locked', async () => {
    const settings = [
      {},
      { 'sidecar.io/logs-labels': 'a=b,c=d', 'sidecar.io/logs-files': '/data/*.txt' },
      { 'sidecar.io/logs-secret': 'login', 'sidecar.io/logs-user': '1000', 'sidecar.io/logs-memory': '64Mi' },
    ];
    for (const annotations of settings) {
      const pod = injected({ ...bare, metadata: { ...bare.metadata, annotations } }, logs);
      const { code, stderr } = await create(cluster, pod);
      expect(code, stderr).toBe(0);
    }
  });
});

describe('a pod that tries to get around the policy', () => {
  const pod = () => structuredClone(injected(bare, logs));

  it.each(refused)('is refused: %s', async (_, change) => {
    const tried = pod();
    change(tried);
    const { code, stderr } = await create(cluster, tried);
    expect(code).not.toBe(0);
    expect(stderr).toContain('The policy shop-logs ');
  });

  it.each(accepted)('is created: %s, because: %s', async (_name, _reason, change) => {
    const tried = pod();
    change(tried);
    const { code, stderr } = await create(cluster, tried);
    expect(code, stderr).toBe(0);
  });
});

describe('after a pod was created', () => {
  const editor = ['--as=eve', '--as-group=editors'];
  const file = 'files.sidecar.io/sidecar-logs';
  beforeAll(async () => {
    const object = (kind: string, more: object) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, ...more });
    const rules = [
      {
        apiGroups: [''],
        resources: ['pods', 'pods/status', 'pods/exec', 'pods/attach', 'pods/ephemeralcontainers'],
        verbs: ['*'],
      },
      {
        apiGroups: [''],
        resources: ['namespaces', 'namespaces/status', 'namespaces/finalize'],
        verbs: ['get', 'update', 'patch'],
      },
    ];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'editor' };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'eve' }];
    await applied(
      cluster,
      object('ClusterRole', { metadata: { name: 'editor' }, rules }),
      object('ClusterRoleBinding', { metadata: { name: 'editor' }, roleRef, subjects }),
    );
    const created = structuredClone(injected(bare, logs));
    Object.assign(created.metadata.annotations as object, { [`${file}.conf`]: 'as injected' });
    const result = await cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(created) });
    expect(result.code, result.stderr).toBe(0);
    const probe = ['-n', 'shop', 'annotate', 'pod', 'web', `${file}.conf=probe`, '--overwrite', '--dry-run=server'];
    await vi.waitFor(async () => expect(await said(...probe)).toContain('The policy shop-logs '), { timeout: 60_000 });
  });
  const said = async (...args: readonly string[]) => (await cluster.kubectl([...editor, ...args])).stderr;
  /** The containers that the pod's ephemeral containers are beside. */
  const targets = async () => {
    const { stdout } = await cluster.kubectl(['-n', 'shop', 'get', 'pod', 'web', '-o', 'json']);
    const { ephemeralContainers = [] } = JSON.parse(stdout).spec;
    return ephemeralContainers.map(({ targetContainerName }: { targetContainerName: string }) => targetContainerName);
  };

  it('its sidecar keeps its image, also with labels of another pod', async () => {
    const another = ['-n', 'shop', 'set', 'image', 'pod/web', 'sidecar-logs=mine'];
    expect(await said(...another)).toContain('The policy shop-logs ');
    expect(await said('-n', 'shop', 'label', 'pod', 'web', 'app=legacy')).toBe(''); // as a pod that is exempt
    expect(await said(...another)).toContain('The policy shop-logs requires the containers sidecar-logs: their images');
    expect(await said('-n', 'shop', 'set', 'image', 'pod/web', 'web=web:2')).toBe('');
    expect(await said('-n', 'shop', 'label', 'pod', 'web', 'a=b')).toBe('');
  });

  it.each([
    ['changed', `${file}.conf=mine`],
    ['removed', `${file}.conf-`],
    ['added', `${file}.more=mine`],
    ['added for a container whose name is longer', 'files.sidecar.io/sidecar.conf=mine'],
  ])('the files of its sidecar stay: one is not %s, also with a status', async (_, change) => {
    const annotate = ['-n', 'shop', 'annotate', 'pod', 'web', change, '--overwrite'];
    expect(await said(...annotate)).toContain(
      `The policy shop-logs requires the containers sidecar-logs: the annotation`,
    );
    const [key = '', value] = change.replace(/-$/, '').split('=');
    const patch = JSON.stringify({ metadata: { annotations: { [key]: value ?? null } } });
    const status = ['-n', 'shop', 'patch', 'pod', 'web', '--subresource=status', '--type=merge', '-p', patch];
    expect(await said(...status)).toContain(`the annotation ${key} is a file of one of them and cannot be changed`);
    const trusted = await cluster.kubectl([...annotate, '--dry-run=server']);
    expect(trusted.code, trusted.stderr).toBe(0);
  });

  it('other annotations and the status of the pod can be changed', async () => {
    expect(await said('-n', 'shop', 'annotate', 'pod', 'web', 'files.sidecar.io/sidecar-logs-mine.conf=x', 'a=b')).toBe(
      '',
    );
    const patch = JSON.stringify({ status: { message: 'x' } });
    expect(await said('-n', 'shop', 'patch', 'pod', 'web', '--subresource=status', '--type=merge', '-p', patch)).toBe(
      '',
    );
  });

  it('nobody gets into its sidecar but those who write policies', async () => {
    const exec = ['-n', 'shop', 'exec', 'web', '-c', 'sidecar-logs', '--', 'sh'];
    expect(await said(...exec)).toContain('The policy shop-logs does not allow exec or attach to sidecar-logs');
    expect(await said('-n', 'shop', 'attach', 'web', '-c', 'sidecar-logs')).toContain(
      'The policy shop-logs does not allow exec or attach',
    );
    expect(await said('-n', 'shop', 'exec', 'web', '-c', 'web', '--', 'sh')).not.toContain('The policy');
    expect((await cluster.kubectl(exec)).stderr).not.toContain('The policy');
  });

  describe('an ephemeral container', () => {
    const debug = (target: string) =>
      ['-n', 'shop', 'debug', 'web', '--image=busybox', `--target=${target}`, '--attach=false', '--', 'sh'] as const;

    it('is not put beside its sidecar', async () => {
      expect(await said(...debug('sidecar-logs'))).toContain('The policy shop-logs keeps ephemeral containers out');
      await said(...debug('web'));
      expect(await targets()).toEqual(['web']);
    });

    it('that somebody trusted has put there does not keep others out of the app', async () => {
      await cluster.kubectl(debug('sidecar-logs'));
      await said(...debug('web'));
      expect(await targets()).toEqual(['web', 'sidecar-logs', 'web']);
    });
  });

  it('its namespace stays in the policy for those who may edit namespaces', async () => {
    expect(await said('label', 'namespace', 'shop', 'team-')).toContain('The policy shop-logs is for namespaces');
    expect(await said('label', 'namespace', 'shop', 'team=other', '--overwrite')).toContain('The policy shop-logs');
    expect(await said('label', 'namespace', 'shop', 'a=b')).toBe('');
    expect(await said('label', 'namespace', 'other', 'team-')).toBe('');
  });

  it('its namespace stays in the policy through each subresource', async () => {
    const patch = JSON.stringify({ metadata: { labels: { team: null } } });
    const status = ['patch', 'namespace', 'shop', '--subresource=status', '--type=merge', '-p', patch];
    expect(await said(...status)).toContain('The policy shop-logs is for namespaces');
    const namespace = JSON.parse((await cluster.kubectl(['get', 'namespace', 'shop', '-o', 'json'])).stdout);
    const stdin = JSON.stringify({ ...namespace, metadata: { ...namespace.metadata, labels: {} } });
    const finalize = ['replace', '--raw', '/api/v1/namespaces/shop/finalize', '-f', '-'];
    expect((await cluster.kubectl([...editor, ...finalize], { stdin })).stderr).toContain(
      'The policy shop-logs is for namespaces',
    );
  });
});

/** Restarts that are tried; ten show more. */
const restarts = Number(process.env.API_SERVER_RESTARTS ?? 1);

describe('after the API server was restarted', () => {
  it(`${restarts} times, no pod is refused wrongly, and none gets around the policy`, async () => {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(cluster.kubeconfig);
    const api = openApi(kubeConfig);
    const asked = async ({ metadata, ...pod }: TriedPod, name: string) => {
      const path = `/api/v1/namespaces/${metadata.namespace}/pods?dryRun=All`;
      const { status } = await api({ method: 'POST', path, body: { ...pod, metadata: { ...metadata, name } } });
      return status;
    };
    const elsewhere = { ...bare, metadata: { ...bare.metadata, namespace: 'other' } };
    for (let restart = 0; restart < restarts; restart++) {
      await cluster.restartApiServer();
      for (let i = 0; i < 20; i++) {
        const statuses = await Promise.all([
          asked(injected(bare, logs), `injected-${i}`),
          asked(elsewhere, `elsewhere-${i}`),
          asked(bare, `bare-${i}`),
        ]);
        expect(statuses, `restart ${restart + 1}, pods ${i + 1}`).toEqual([201, 201, 422]);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  });
});
