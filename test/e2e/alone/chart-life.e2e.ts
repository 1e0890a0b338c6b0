// The installed chart through its life: settings change, injectors are replaced, it goes.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsBelow } from '../../docs/shell-blocks.ts';
import { installChart, release } from '../pieces/chart.ts';
import { containersTried } from '../pieces/dry-run.ts';
import { createNamespace } from '../pieces/place.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const namespace = 'e2e-chart';
const git = { 'sidecar.io/git-repo': 'https://example.com/site.git' };
const topz = { 'sidecar.io/topz': 'true' };

const containersOf = (annotations: Readonly<Record<string, string>>) => containersTried(target, namespace, annotations);

/** What the commands of the quickstart install: the release, and its namespace. */
const quickstart = 'sidecar-injector';

const definitions = [
  ...readFileSync('charts/sidecar-injector/templates/NOTES.txt', 'utf8').matchAll(/\b[a-z]+\.sidecar\.io/g),
].map(([name]) => name);

/** What NOTES say that an uninstall leaves. */
const promised = [
  ...definitions.map((name) => `customresourcedefinition.apiextensions.k8s.io/${name}`),
  ...['validatingadmissionpolicy', 'validatingadmissionpolicybinding'].map(
    (kind) => `${kind}.admissionregistration.k8s.io/${release}-policies-kept`,
  ),
].sort();

/** Objects of every kind that have the name or the label of the release, or are of a kind of the injector. */
async function leftOf(): Promise<string[]> {
  const kinds = (await target.kubectl(['api-resources', '--verbs=list', '-o', 'name'])).trim().split('\n');
  const wanted = kinds.filter((kind) => !/^(events|componentstatuses|apiservices|namespaces)/.test(kind)).join();
  const named = await target.kubectl(['get', wanted, '-A', '-o', 'name', '--ignore-not-found']);
  const labelled = await target.kubectl([
    'get',
    wanted,
    '-A',
    '-o',
    'name',
    '-l',
    `app.kubernetes.io/instance=${release}`,
  ]);
  // Nodes of kind are named after their cluster, which may have the name of the release; a few objects are named after
  // them.
  const nodes = (await target.kubectl(['get', 'nodes', '-o', 'name'])).replaceAll('node/', '').trim().split('\n');
  const ours = named
    .split('\n')
    .filter(
      (name) => /sidecar\.io|\/sidecar-injector-e2e/.test(name) && !nodes.some((node) => name.endsWith(`/${node}`)),
    );
  return [...new Set([...ours, ...labelled.split('\n').filter(Boolean)])].sort();
}

/** A run of these tests that failed may have ended anywhere in the life of the chart: it begins again. */
async function beginAgain(): Promise<void> {
  await target.helm('uninstall', quickstart, '-n', quickstart, '--ignore-not-found', '--wait');
  await target.kubectl(['delete', 'namespace', namespace, quickstart, '--ignore-not-found']);
  const installed = await target.helm('list', '-n', release, '--short');
  if (installed.split('\n').includes(release)) return;
  await target.kubectl(['delete', 'customresourcedefinition', ...definitions, '--ignore-not-found']);
  await installChart(target);
}

beforeAll(async () => {
  await beginAgain();
  await createNamespace(target, namespace);
});
afterAll(() => target.kubectl(['delete', 'namespace', namespace, '--wait=false']));

describe('the installed chart', () => {
  it('runs as Pod Security restricted asks, which its namespace enforces', async () => {
    const { items } = await target.get<{ items: Pod[] }>(
      'pods',
      '-n',
      release,
      '-l',
      'app.kubernetes.io/name=sidecar-injector',
    );
    // One that an upgrade replaced drains for a while.
    const staying = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    expect(staying.map(({ status }) => status.phase)).toEqual(['Running', 'Running']);
  });

  it('passes helm test, which leaves nothing', async () => {
    expect(await target.helm('test', release, '-n', release, '--timeout', '300s')).toMatch(/Phase:\s+Succeeded/);
    const kinds = 'pods,serviceaccounts,roles,rolebindings';
    const left = ['get', kinds, '-A', '-l', 'app.kubernetes.io/name=sidecar-injector-test', '-o', 'name'];
    expect(await target.kubectl(left)).toBe('');
  });

  it('keeps its certificate over an upgrade, and native sidecars can be switched off', async () => {
    const certificate = () => target.get<{ data: object }>('secret', '-n', release, `${release}-certificate`);
    const before = await certificate();
    await installChart(target, 'native=false');
    expect((await certificate()).data).toEqual(before.data);
    expect(await containersOf(git)).toEqual(['sidecar-git-init', 'app', 'sidecar-git']);
    await installChart(target);
    expect(await containersOf(git)).toEqual(['sidecar-git', 'app']);
  });

  it('loses no pod while all injectors are replaced', async () => {
    let tries = 0;
    // On a busy machine one replacement can be over after a few tries.
    while (tries <= 5) {
      let over = false;
      const restarted = (async () => {
        await target.kubectl(['rollout', 'restart', '-n', release, `deployment/${release}`]);
        await target.kubectl(['rollout', 'status', '-n', release, `deployment/${release}`, '--timeout=600s']);
      })().finally(() => {
        over = true;
      });
      restarted.catch(() => {}); // told below
      while (!over) {
        expect(await containersOf(topz)).toEqual(['sidecar-topz', 'app']);
        tries++;
      }
      await restarted;
    }
  });

  it('is removed whole: nothing is left but what NOTES say, and no webhook that would hold pods up', async () => {
    await target.helm('uninstall', release, '-n', release, '--wait');
    const asPromised = async () => {
      expect(await leftOf()).toEqual(promised);
      return true;
    };
    await until('nothing else is left', asPromised, { seconds: 180 });
    expect(await containersOf(git)).toEqual(['app']);
  });

  it('is there again by the commands of the quickstart, as another release that takes the definitions over', async () => {
    const [, ...flags] =
      commandsBelow(readFileSync('README.md', 'utf8'), '## Quickstart')
        .find((command) => command.startsWith('helm install'))
        ?.split(/\s+/) ?? [];
    const [, repository, tag] = /^(.*):([^:]*)$/.exec(target.image) ?? [];
    const ours = ['--set', `image.repository=${repository}`, '--set', `image.tag=${tag}`];
    await expect(target.helm(...flags, ...ours)).rejects.toThrow(/invalid ownership metadata/);
    const started = performance.now();
    await target.helm(...flags, ...ours, '--take-ownership', '--timeout', '300s');
    const installed = performance.now();
    await target.kubectl(['apply', '-f', 'examples/topz.yaml']);
    await target.kubectl(['wait', '--for=condition=Ready', 'pod/watched', '--timeout=180s']);
    const names = ['get', 'pod', 'watched', '-o', 'jsonpath={.spec.initContainers[*].name}'];
    expect(await target.kubectl(names)).toBe('sidecar-topz');
    const seconds = (to: number) => ((to - started) / 1000).toFixed(1);
    console.log(
      `helm install took ${seconds(installed)} s; the first injected pod was ready after ${seconds(performance.now())} s`,
    );
    await target.kubectl(['delete', '-f', 'examples/topz.yaml', '--wait=false']);
    await target.helm('uninstall', quickstart, '-n', quickstart, '--wait');
    await target.kubectl(['delete', 'namespace', quickstart, '--wait=false']);
  });
});
