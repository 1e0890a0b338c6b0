// The power of the node is cut, and it comes up again while the API server asks an injector that does not run yet.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCold } from '../../cluster/restart-node.ts';
import { appPod, appSpec } from '../pieces/app.ts';
import { installChart, release } from '../pieces/chart.ts';
import { untilBothReady } from '../pieces/injectors.ts';
import { createNamespace } from '../pieces/place.ts';
import { podsOf, readyPod } from '../pieces/pods.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { untilAsked } from '../pieces/until-asked.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const git = { 'sidecar.io/git-repo': 'https://example.com/site.git' };
const topz = { 'sidecar.io/topz': 'true' };

const namesOf = ({ spec }: Pod) => [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);

/** What makes pods by itself, here one each in a namespace of its own. */
async function deploy(kind: string, namespace: string, annotations: Readonly<Record<string, string>>): Promise<void> {
  const labels = { app: 'cold' };
  const template = { metadata: { labels, annotations }, spec: appSpec('sleep 3600') };
  const spec = { selector: { matchLabels: labels }, template };
  await target.apply(namespace, { apiVersion: 'apps/v1', kind, metadata: { name: 'cold' }, spec });
}

/** What would be stored of such a pod, or why it is refused. */
async function tried(annotations: Readonly<Record<string, string>>): Promise<string> {
  const args = ['create', '-n', 'e2e-cold-plain', '--dry-run=server', '-o', 'json', '-f', '-'];
  const { code, stdout, stderr } = await target.run(args, {
    stdin: JSON.stringify(appPod('app', annotations, 'exit')),
  });
  return code === 0 ? namesOf(JSON.parse(stdout) as Pod).join() : stderr;
}

beforeAll(async () => {
  await installChart(target, 'webhook.timeoutSeconds=5');
  await deploy('DaemonSet', 'kube-system', git);
  for (const [name, annotations] of [['e2e-cold-plain', {}] as const, ['e2e-cold-git', git] as const]) {
    await createNamespace(target, name);
    await deploy('Deployment', name, annotations);
  }
  await readyPod(target, 'e2e-cold-plain');
});
afterAll(async () => {
  await target.kubectl(['delete', 'namespace', 'e2e-cold-plain', 'e2e-cold-git', '--wait=false']);
  await target.kubectl(['delete', 'daemonset', '-n', 'kube-system', 'cold']);
  await target.helm('uninstall', release, '-n', release, '--wait');
});

it('a node that starts cold comes up: kube-system, the injector, and then what needs it', async () => {
  await startCold(target.cluster, async () => {
    // Every pod has to be created anew, as on a node that takes the place of a lost one.
    await target.kubectl(['delete', 'pods', '--all', '-A', '--grace-period=0', '--force', '--wait=false']);
    expect(await target.kubectl(['get', 'pods', '-A', '-o', 'name'])).toBe('');
    expect(await tried(git)).toContain('failed calling webhook "required.sidecar.io"');
    expect(await tried(topz)).toBe('app');
    expect(await tried({})).toBe('app');
  });
  const started = performance.now();
  const note = (what: string) =>
    console.log(`${what} ${Math.round((performance.now() - started) / 1000)} s after the last program was started`);
  expect(namesOf(await readyPod(target, 'kube-system'))).toEqual(['app']);
  expect(namesOf(await readyPod(target, 'e2e-cold-plain'))).toEqual(['app']);
  await untilBothReady(target);
  note('both injectors are ready');
  await untilAsked(target, 'e2e-cold-plain');
  const created = async () => (await podsOf(target, 'e2e-cold-git'))[0];
  const pod = await until('the pod that needs its sidecar is created', created, { seconds: 300 });
  note('the pod that needs its sidecar is created');
  expect(namesOf(pod)).toEqual(['sidecar-git', 'app']);
});
