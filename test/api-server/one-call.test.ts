// An injected pod costs one call of the webhook, whatever the API server's own plugins do to it, and no sidecar has a
// token.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInState } from '../engine/state.ts';
import { created, type Registered, type StoredPod, startRegistered } from './setup.ts';

/** What turns each sidecar on. A sidecar that is missing here fails its test. */
const annotations: Readonly<Record<string, Record<string, string>>> = {
  ambassador: { 'ambassador-target': 'db.example.com:5432', 'ambassador-port': '15432' },
  config: { 'config-configmaps': 'app-settings' },
  git: { 'git-repo': 'https://git.example.com/site.git', 'git-path': '/srv/www' },
  https: { 'https-secret': 'web-tls', 'https-target': '8080' },
  logs: { 'logs-files': '/var/log/app/*.log' },
  metrics: { 'metrics-for': 'redis' },
  serve: { 'serve-path': '/srv/www' },
  topz: { topz: 'true' },
};
const cases = builtInState.catalog.templates.flatMap(
  ({ name }) =>
    [
      [name, 'native'],
      [name, 'classic'],
    ] as const,
);
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

let registered: Registered;
beforeAll(async () => {
  registered = await startRegistered();
  const { cluster } = registered;
  await cluster.kubectl(['create', 'namespace', 'restricted']);
  const label = 'pod-security.kubernetes.io/enforce=restricted';
  await cluster.kubectl(['label', 'namespace', 'restricted', label]);
}, 900_000);
afterAll(() => registered?.stop());

/** A pod that passes Pod Security `restricted` without its sidecars. */
const podWith = (name: string, settings: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'restricted',
    annotations: Object.fromEntries(Object.entries(settings).map(([word, value]) => [`sidecar.io/${word}`, value])),
  },
  spec: {
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'web',
        image: 'web',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});

/** How often the API server says that it has called our webhook. */
async function callsSoFar(): Promise<{ requests: number; durations: number }> {
  const { stdout } = await registered.cluster.kubectl(['get', '--raw', '/metrics']);
  const sum = (metric: string) =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith(`${metric}{`) && line.includes('name="b-sidecar-injector.example.com"'))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  return {
    requests: sum('apiserver_admission_webhook_request_total'),
    durations: sum('apiserver_admission_webhook_admission_duration_seconds_count'),
  };
}

/** The rounds of admission in which our webhook was called for a pod, as the audit log has them. */
function roundsOf(name: string): string[] {
  const event = registered.cluster
    .auditEvents()
    .find(({ objectRef, verb }) => objectRef?.name === name && verb === 'create');
  return Object.keys(event?.annotations ?? {}).filter((key) => key.startsWith('mutation.webhook.admission.k8s.io/'));
}

const mountsAt = (container: StoredPod['spec']['containers'][number], path: string) =>
  (container.volumeMounts as { name: string; mountPath: string }[]).filter(({ mountPath }) => mountPath === path);

describe.each(cases)('%s in the %s form', (name, form) => {
  it('costs one call, and has no token', { timeout: 60_000 }, async () => {
    const before = await callsSoFar();
    const pod = `${name}-${form}`;
    const settings = { ...annotations[name], [`${name}-native`]: String(form === 'native') };
    const { spec } = await created(registered.cluster, podWith(pod, settings));
    const after = await callsSoFar();
    expect(roundsOf(pod)).toEqual(['mutation.webhook.admission.k8s.io/round_0_index_0']);
    expect(after).toEqual({ requests: before.requests + 1, durations: before.durations + 1 });

    const all = [...spec.containers, ...(spec.initContainers ?? [])];
    const injected = all.filter((container) => String(container.name).startsWith(`sidecar-${name}`));
    expect(injected.length).toBeGreaterThan(0);
    expect(injected.some(({ restartPolicy }) => restartPolicy === 'Always')).toBe(form === 'native');
    for (const container of injected)
      expect(mountsAt(container, tokenPath)).toEqual([
        { name: `sidecar-${name}-sa`, mountPath: tokenPath, readOnly: true },
      ]);
    expect(spec.volumes).toContainEqual({ name: `sidecar-${name}-sa`, downwardAPI: { defaultMode: 420 } });

    // The app still has its token.
    const [token] = mountsAt(spec.containers[0] ?? {}, tokenPath);
    expect(spec.volumes).toContainEqual(
      expect.objectContaining({
        name: token?.name,
        projected: expect.objectContaining({
          sources: expect.arrayContaining([
            expect.objectContaining({ serviceAccountToken: expect.objectContaining({ path: 'token' }) }),
          ]),
        }),
      }),
    );
  });
});
