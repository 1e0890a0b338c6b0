// `npm run cluster -- try FILE`: one example on the running cluster, from the webhook to the page that is served, as it
// happens.
import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installChart } from '../e2e/pieces/chart.ts';
import { publicRepository, readExample } from '../e2e/pieces/example.ts';
import { createRepository, startGitServer } from '../e2e/pieces/git-server.ts';
import { openSite } from '../e2e/pieces/http.ts';
import { createNamespace } from '../e2e/pieces/place.ts';
import { podsOf } from '../e2e/pieces/pods.ts';
import { type ContainerStatus, isReady, type Pod, statusesOf } from '../e2e/pieces/shapes.ts';
import { nodeGitServerImage, nodeImage } from '../e2e/providers/node.ts';
import { openTarget, type Target } from '../e2e/target.ts';
import { ensureBinaries, progressToStderr } from './binaries.ts';
import { buildProjectImage } from './build-image.ts';
import { withCacheLock } from './cache.ts';
import { folderOf } from './cluster-folder.ts';
import type { RunningNode } from './running-node.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const page = '<h1>It works</h1>\n<p>This page came from a git repository.</p>\n';

/** Applies the file through the injector that the chart installs, and shows what becomes of it. */
export async function tryExample(node: RunningNode, file: string): Promise<number> {
  const target = await furnish(node);
  const namespace = `try-${basename(file).replace(/\.ya?ml$/, '')}`;
  await target.run(['delete', 'namespace', namespace, '--ignore-not-found']);
  await createNamespace(target, namespace);
  const repository = await createRepository(target, `${namespace}-${process.pid}`);
  await repository.commit({ 'index.html': page });
  const example = readExample(resolve(file), repository.url, {});
  if (JSON.stringify(example).includes(repository.url))
    say(`${publicRepository} is replaced by a repository in the cluster: ${repository.url}`);
  await target.apply(namespace, ...example.objects);
  say(`applied ${file} in namespace ${namespace}, which enforces Pod Security restricted\n`);
  const pod = await watch(target, namespace);
  if (!pod) {
    say((await target.run(['get', 'events', '-n', namespace])).stdout);
    return 1;
  }
  await nameStandIns(target, pod);
  say(`\nsidecar.io/status: ${pod.metadata.annotations?.['sidecar.io/status'] ?? '(none)'}\n`);
  for (const port of portsOf(pod)) await showPage(target, pod, port);
  say(`\n  kubectl get pods -n ${namespace}\n  kubectl delete namespace ${namespace}`);
  return 0;
}

/** A program that takes another one's place, because that is not to be had here, says so in its log. */
async function nameStandIns(target: Target, pod: Pod): Promise<void> {
  const { name, namespace } = pod.metadata;
  for (const container of statusesOf(pod)) {
    const logs = await target.run(['logs', '-n', namespace, name, '-c', container.name, '--limit-bytes=4000']);
    const what = /stand-in for [\w-]+/.exec(logs.stdout)?.[0];
    if (what) say(`         ${container.name.padEnd(20)} runs a ${what}, which is not to be had without a registry`);
  }
}

/** The injector and a git server, unless they are there. */
async function furnish(node: RunningNode): Promise<Target> {
  const target = openTarget({
    provider: 'node',
    cluster: node.name,
    kubeconfig: node.kubeconfig,
    folder: folderOf(node.name),
    programs: await ensureBinaries(['kubectl', 'helm']),
    image: nodeImage,
    gitServerImage: nodeGitServerImage,
  });
  say('preparing: the project’s image, the chart, a git server');
  // One after the other: Helm refuses to install what it is installing.
  await withCacheLock(`cluster-${node.name}`, progressToStderr, async () => {
    await node.importImages([await buildProjectImage(nodeImage)]);
    await Promise.all([installChart(target), startGitServer(target)]);
  });
  return target;
}

/** Prints each change in the states of the pod's containers, until it is Ready or two minutes are over. */
async function watch(target: Target, namespace: string): Promise<Pod | undefined> {
  const started = Date.now();
  const shown = new Map<string, string>();
  while (Date.now() - started < 120_000) {
    const [pod] = await podsOf(target, namespace);
    for (const status of pod ? statusesOf(pod) : []) {
      const state = stateOf(status);
      if (shown.get(status.name) !== state)
        say(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${status.name.padEnd(20)} ${state}`);
      shown.set(status.name, state);
    }
    if (pod && isReady(pod)) {
      say(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  pod ${pod.metadata.name} is Ready`);
      return pod;
    }
    await sleep(200);
  }
  return undefined;
}

function stateOf({ state, ready, started }: ContainerStatus): string {
  if (state.waiting) return `waits (${state.waiting.reason ?? 'no reason given'})`;
  if (state.terminated) return `ended with code ${state.terminated.exitCode}`;
  if (ready) return 'ready';
  return started ? 'runs' : 'runs, not started up yet';
}

const portsOf = ({ spec }: Pod) =>
  [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ ports = [] }) =>
    ports.map(({ containerPort }) => containerPort),
  );

/** What the port serves, at the root or where a page of a sidecar is. Not every port speaks HTTP. */
async function showPage(target: Target, pod: Pod, port: number): Promise<void> {
  const site = await openSite(target, pod, port, 5).catch(() => undefined);
  if (!site) {
    say(`port ${port} does not answer in HTTP from outside of the pod`);
    return;
  }
  let path = '/';
  let answer = await site.get(path);
  for (const page of ['/topz', '/metrics']) {
    if (answer.status !== 404) break;
    path = page;
    answer = await site.get(path);
  }
  const { status, body } = answer;
  say(`GET ${site.url}${path} → ${status}`);
  for (const line of body.trimEnd().split('\n').slice(0, 15)) say(`  ${line}`);
  site.close();
}
