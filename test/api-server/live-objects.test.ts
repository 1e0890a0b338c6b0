// Objects of a real API server, as `kubectl get -o yaml` shows them: its defaults are in the sidecars too.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { run } from '../cli/run.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { template } from './cluster-templates.ts';

const all = {
  'sidecar.io/ambassador-target': 'cache:6379',
  'sidecar.io/config-configmaps': 'site',
  'sidecar.io/config-size': '0.5Gi',
  'sidecar.io/git-repo': 'https://git.example.com/site.git',
  'sidecar.io/git-memory': '1024Mi',
  'sidecar.io/https-secret': 'tls',
  'sidecar.io/https-target': '8080',
  'sidecar.io/logs-files': '/var/log/app/*.log',
  'sidecar.io/metrics-for': 'nginx',
  'sidecar.io/serve-path': '/var/www',
  'sidecar.io/topz': 'true',
};
const labels = { app: 'web' };
const selector = { matchLabels: labels };
const spec = { containers: [{ name: 'app', image: 'app', ports: [{ containerPort: 8080 }] }] };
const pod = (annotations?: object) => ({ metadata: { labels, annotations }, spec });
const deployment = (annotations?: object, own: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', annotations: own } },
  spec: { selector, template: pod(annotations) },
});
const ending = { ...pod(all), spec: { ...spec, restartPolicy: 'Never' } };
const objects = {
  deployment: deployment(all),
  'deployment that is annotated itself': deployment(undefined, all),
  statefulset: { ...deployment(all), kind: 'StatefulSet', spec: { ...deployment(all).spec, serviceName: 'web' } },
  cronjob: {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'web' } },
    spec: { schedule: '@daily', jobTemplate: { spec: { template: ending } } },
  },
  pod: { apiVersion: 'v1', kind: 'Pod', ...pod(all), metadata: { name: 'web', labels, annotations: all } },
};

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
}, 300_000);
afterAll(() => cluster?.stop());

async function kubectl(stdin: string, ...args: string[]): Promise<string> {
  const result = await cluster.kubectl(args, { stdin });
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return result.stdout;
}

/** Creates an object, and gives it back as it is stored, in place of one of that name. */
async function live(manifest: string): Promise<string> {
  const { kind } = parse(manifest);
  await kubectl('', 'delete', kind, 'web', '--ignore-not-found', '--grace-period=0', '--force');
  await kubectl(manifest, 'create', '-f', '-');
  return await kubectl('', 'get', kind, 'web', '-o', 'yaml');
}

const inject = (stdin: string, ...flags: string[]) => run(['inject', '-f', '-', ...flags], { stdin });
const podOf = (text: string) => {
  const { kind, metadata, spec } = parse(text);
  if (kind === 'Pod') return { annotations: metadata.annotations, spec };
  return spec.template ?? spec.jobTemplate.spec.template;
};
/** The volume of the token has another name in each pod. */
const withoutToken = (pod: object) => JSON.parse(JSON.stringify(pod).replace(/kube-api-access-\w+/g, 'token'));

describe.each(Object.entries(objects))('a live %s', (_, object) => {
  it.each(['true', 'false'])('stays as it is when it is injected again, native: %s', async (native) => {
    const flags = ['--native', native];
    const plain = JSON.stringify(object);
    const without = await live(plain);
    const stored = await live(inject(plain, ...flags).stdout);
    const { stdout, stderr } = inject(stored, ...flags);
    expect(stderr).toMatch(/^\w+\/web: unchanged: The pod has every sidecar that it asks for\.\n$/);
    expect(stdout).toBe(stored);
    expect(inject(stored, ...flags, '-o', 'diff', '--exit-code')).toMatchObject({ code: 0, stdout: '' });
    expect(run(['check', '-f', '-', ...flags], { stdin: stored })).toMatchObject({ code: 0 });

    const removed = run(['uninject', '-f', '-'], { stdin: stored });
    expect(removed.stderr).toMatch(/: ambassador, config, git, https, logs, metrics, serve, topz removed\n$/);
    expect(withoutToken(podOf(removed.stdout))).toEqual(withoutToken(podOf(without)));
  });
});

it.each<[what: string, change: object]>([
  ['another image', { image: 'example.org/other:1' }],
  ['another pull policy', { imagePullPolicy: 'Always' }],
  ['a privilege', { securityContext: { allowPrivilegeEscalation: null } }],
  ['a variable more', { env: [{ name: 'DEBUG', value: '1' }] }],
  ['more memory', { resources: { limits: { memory: '2Gi' } } }],
])('%s, set by hand, is found and taken back', async (_, change) => {
  const stored = await live(inject(JSON.stringify(deployment({ 'sidecar.io/topz': 'true' }))).stdout);
  const patch = { spec: { template: { spec: { initContainers: [{ name: 'sidecar-topz', ...change }] } } } };
  await kubectl('', 'patch', 'deployment', 'web', '-p', JSON.stringify(patch));
  const changed = await kubectl('', 'get', 'deployment', 'web', '-o', 'yaml');
  expect(podOf(changed)).not.toEqual(podOf(stored));
  const { stdout, stderr } = inject(changed);
  expect(stderr).toBe('deployment/web: topz injected\n');
  await kubectl(stdout, 'replace', '-f', '-');
  expect(podOf(await kubectl('', 'get', 'deployment', 'web', '-o', 'yaml'))).toEqual(podOf(stored));
});

it('every default that a template can leave to the API server is known', async () => {
  const probe = { httpGet: { port: 80 } };
  const own = template('own', {
    containers: [
      {
        ...{ name: '${ instance.id }', image: 'own:latest', args: '${ [] }', workingDir: '', tty: false },
        ports: [{ containerPort: 9999 }],
        env: [{ name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }],
        ...{ livenessProbe: probe, readinessProbe: { grpc: { port: 80 } }, lifecycle: { preStop: probe } },
      },
    ],
    volumes: [
      { name: '${ instance.id }', downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { name: '${ instance.id }-b', configMap: { name: 'b', items: [{ key: 'a', path: 'a' }] } },
      { name: '${ instance.id }-c', secret: { secretName: 'c' } },
      { name: '${ instance.id }-d', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      { name: '${ instance.id }-e', hostPath: { path: '/' } },
      { name: '${ instance.id }-f', image: { reference: `own@sha256:${'0'.repeat(64)}` } },
      { name: '${ instance.id }-g', emptyDir: { sizeLimit: '1024Mi' } },
      {
        name: '${ instance.id }-h',
        ephemeral: {
          volumeClaimTemplate: {
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } },
          },
        },
      },
      { name: '${ instance.id }-i', nfs: { server: 'files', path: '/i' } },
    ],
  });
  const withTemplate = (manifest: string) => `${stringify(own)}---\n${manifest}`;
  const injected = inject(withTemplate(JSON.stringify(deployment({ 'sidecar.io/own': 'true' }))));
  expect(injected.stderr).toContain('deployment/web: own injected\n');
  const stored = await live(String(parseAllDocuments(injected.stdout)[1]));
  expect(inject(withTemplate(stored)).stderr).toContain(
    'deployment/web: unchanged: The pod has every sidecar that it asks for.\n',
  );
});
