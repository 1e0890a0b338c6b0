// `sidecar rollout` on a real node: a new template reaches twelve workloads in waves, one whose sidecar crashes stops
// at the first, no budget ever falls short, and after the correction it goes on. `ROLLOUT_WORKLOADS=50` takes fifty of
// them.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { commandProcess } from '../../api-server/command.ts';
import { appSpec } from '../pieces/app.ts';
import { inNamespace } from '../pieces/place.ts';
import { podsOf } from '../pieces/pods.ts';
import { isReady, type Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();

/** Its sidecar runs this script. */
const template = (script: string) => ({
  ...{ apiVersion: 'sidecar.io/v1alpha1', kind: 'ClusterSidecarTemplate', metadata: { name: 'pulse' } },
  spec: {
    ...{ summary: 'Does nothing.', failurePolicy: 'Ignore', image: 'docker.io/library/busybox:1.37' },
    containers: [
      {
        name: '${ instance.id }',
        command: ['sh', '-c', script],
        // Without one, a pod whose sidecar ends at once is ready for a moment, and its Deployment takes the old pod
        // away.
        startupProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
        securityContext: { runAsUser: 65534, runAsGroup: 65534 },
      },
    ],
  },
});
const scripts = { first: 'exec sleep 3600', second: 'exec sleep 3601', crashing: 'exit 7' };

function workload(kind: string, name: string, spec: object = {}) {
  const labels = { app: name };
  const metadata = { labels, annotations: { 'sidecar.io/pulse': 'true' } };
  return [
    {
      ...{ apiVersion: 'apps/v1', kind, metadata: { name } },
      spec: { ...spec, selector: { matchLabels: labels }, template: { metadata, spec: appSpec('exec sleep 3600') } },
    },
    {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name } },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
  ];
}

const count = Number(process.env.ROLLOUT_WORKLOADS ?? 12);
const deployments = Array.from({ length: count - 1 }, (_, i) => `web-${String(i).padStart(2, '0')}`);
/** Its pods are evicted: two of them, so that the budget allows one at a time. */
const set = workload('StatefulSet', 'db', { replicas: 2, serviceName: 'db', updateStrategy: { type: 'OnDelete' } });

/** The budgets that have fewer healthy pods than they need. */
async function shortBudgets(namespace: string): Promise<string[]> {
  interface Budget {
    readonly metadata: { readonly name: string };
    readonly status: { readonly currentHealthy: number; readonly desiredHealthy: number };
  }
  const { items } = await target.get<{ items: Budget[] }>('pdb', '-n', namespace);
  return items
    .filter(({ status }) => status.currentHealthy < Math.max(1, status.desiredHealthy))
    .map(({ metadata }) => metadata.name);
}

/** Looks at the budgets again and again until `work` has ended, and gives those that fell short. */
async function fellShort(namespace: string, work: Promise<unknown>): Promise<string[]> {
  const short = new Set<string>();
  let ended = false;
  const end = work.finally(() => {
    ended = true;
  });
  while (!ended) {
    for (const name of await shortBudgets(namespace)) short.add(name);
    await sleep(300);
  }
  await end;
  return [...short];
}

const scriptOf = ({ spec }: Pod) => {
  const containers = [...(spec.initContainers ?? []), ...spec.containers] as { name: string; command?: string[] }[];
  return containers.find(({ name }) => name === 'sidecar-pulse')?.command?.[2];
};

it('a rollout reaches every workload in waves, stops where the sidecar crashes, and goes on after the correction', () =>
  inNamespace(target, 'e2e-rollout', async (namespace) => {
    /** Applies the template, and waits until both injectors use it. */
    const use = async (script: string) => {
      await target.apply('default', template(script));
      let times = 0;
      const pod = { metadata: { name: 'tried', annotations: { 'sidecar.io/pulse': 'true' } } };
      const look = async () => {
        const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pod, spec: appSpec('true') });
        const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'];
        times = scriptOf(JSON.parse(await target.kubectl(args, stdin))) === script ? times + 1 : 0;
        return times === 10 || undefined;
      };
      await until(`pods get the sidecar with ${script}`, look, { seconds: 120, every: 100 });
    };
    const scriptsOf = async () => {
      const pods = await podsOf(target, namespace);
      return pods.map((pod) => [pod.metadata.name.replace(/-[^-]+-[^-]+$/, ''), scriptOf(pod)] as const);
    };
    const rollout = async (...args: string[]) => {
      const run = commandProcess({ kubectl: target.programs.kubectl, kubeconfig: target.kubeconfig }, [
        ...['rollout', '-n', namespace, '--wave=50%', '-o', 'json', ...args],
      ]);
      expect(await fellShort(namespace, run)).toEqual([]);
      const { code, stdout, stderr } = await run;
      const report = stdout === '' ? { workloads: [] } : JSON.parse(stdout);
      type Entry = { name: string; state: string; failure?: object };
      return { code, stderr, workloads: report.workloads as readonly Entry[] };
    };
    try {
      await use(scripts.first);
      await target.apply(namespace, ...deployments.flatMap((name) => workload('Deployment', name)), ...set);
      const ready = async () => {
        const pods = await podsOf(target, namespace);
        const isReadyEach = pods.length === count + 1 && pods.every(isReady);
        return (isReadyEach && (await shortBudgets(namespace)).length === 0) || undefined;
      };
      await until('all pods are ready', ready, { seconds: 600 });
      expect((await rollout('--dry-run')).workloads).toEqual([]);

      await use(scripts.second);
      const good = await rollout();
      expect(good, good.stderr).toMatchObject({ code: 0 });
      expect(good.workloads.map(({ state }) => state)).toEqual(Array(count).fill('ready'));
      expect(new Set((await scriptsOf()).map(([, script]) => script))).toEqual(new Set([scripts.second]));

      await use(scripts.crashing);
      const bad = await rollout('deployment/web-00', ...deployments.slice(1).map((name) => `deployment/${name}`));
      expect(bad.code).toBe(1);
      expect(bad.workloads.map(({ state }) => state)).toEqual(['failed', ...Array(count - 2).fill('untouched')]);
      expect(bad.workloads[0]?.failure).toMatchObject({
        ...{ container: 'sidecar-pulse', sidecar: 'pulse', reason: 'CrashLoopBackOff' },
        message: 'It ended with exit code 7.',
      });
      const crashing = (await scriptsOf()).filter(([, script]) => script === scripts.crashing);
      expect(crashing.map(([name]) => name)).toEqual([bad.workloads[0]?.name]);

      await use(scripts.second);
      const again = await rollout();
      expect(again, again.stderr).toMatchObject({ code: 0 });
      expect(again.workloads).toMatchObject([{ name: bad.workloads[0]?.name, state: 'ready' }]);
    } finally {
      await target.kubectl(['delete', 'clustersidecartemplate', 'pulse', '--ignore-not-found']);
    }
  }));
