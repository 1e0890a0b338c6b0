// The post-renderer of docs/gitops.md with the real Helm and a real API server: what is installed has its sidecars, an
// upgrade changes and removes them, and nothing is left behind. No webhook is registered.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShell, type Shell } from '../../tools/sessions/shell.ts';
import { workload } from '../cli/run.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { commandsBelow, filesBelow } from '../docs/shell-blocks.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/gitops.md'), 'utf8');
const [pluginInstall = '', install = ''] = commandsBelow(page, '## With Helm');

let cluster: ControlPlane;
let shell: Shell;
beforeAll(async () => {
  cluster = await startControlPlane();
  const { helm } = await ensureBinaries(['helm']);
  shell = openShell({ PATH: dirname(helm), KUBECONFIG: cluster.kubeconfig });
  for (const [name, text] of filesBelow(page, '## With Helm')) write(name, text);
  write('web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n');
  await helmPrints(pluginInstall, /^Installed plugin: sidecar$/m);
}, 900_000);
afterAll(async () => {
  shell?.close();
  await cluster?.stop();
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(shell.folder, name)), { recursive: true });
  writeFileSync(join(shell.folder, name), text);
}

async function helmPrints(command: string, words: RegExp): Promise<void> {
  expect(await shell.run(command)).toMatch(words);
}

const { metadata, spec, ...deployment } = JSON.parse(workload('Deployment', 'apps/v1'));
const labels = { app: 'web' };

/** Writes the only manifest of the chart: a Deployment whose pods have these annotations. */
function annotated(annotations: object): void {
  const template = { metadata: { labels, annotations }, spec: { containers: [{ name: 'web', image: 'web' }] } };
  const object = { ...deployment, metadata, spec: { ...spec, selector: { matchLabels: labels }, template } };
  write('web/templates/web.yaml', JSON.stringify(object));
}

/** The containers of the stored Deployment, and the arguments of the sidecars. */
async function stored() {
  const { stdout, stderr } = await cluster.kubectl(['get', 'deployment', 'web', '-n', 'shop', '-o', 'json']);
  expect(stderr).toBe('');
  const { containers, initContainers = [] } = JSON.parse(stdout).spec.template.spec;
  const named: { name: string; args?: string[] }[] = [...containers, ...initContainers];
  return { names: named.map(({ name }) => name), args: named.flatMap(({ args = [] }) => args) };
}

it('helm install gives the Deployment its sidecar', async () => {
  annotated({ 'sidecar.io/topz': 'true' });
  await helmPrints(`${install} --create-namespace`, /^STATUS: deployed$/m);
  expect(await stored()).toMatchObject({ names: ['web', 'sidecar-topz'] });
});

const upgrade = install.replace('helm install', 'helm upgrade');

it('helm upgrade changes the sidecar, and takes it out', async () => {
  annotated({ 'sidecar.io/topz': 'true', 'sidecar.io/topz-port': '9000' });
  await helmPrints(upgrade, /^REVISION: 2$/m);
  expect((await stored()).args).toContain('--addr=0.0.0.0:9000');
  annotated({});
  await helmPrints(upgrade, /^REVISION: 3$/m);
  expect(await stored()).toMatchObject({ names: ['web'] });
});

it('helm rollback brings it back', async () => {
  await helmPrints('helm rollback web 1 --namespace shop', /Rollback was a success/);
  expect(await stored()).toMatchObject({ names: ['web', 'sidecar-topz'] });
});

it('an upgrade with a problem changes nothing', async () => {
  annotated({ 'sidecar.io/topz': 'yes' });
  await helmPrints(upgrade, /^Error: .*post-render/m);
  expect(await stored()).toMatchObject({ names: ['web', 'sidecar-topz'] });
});

it('helm uninstall leaves nothing', async () => {
  await helmPrints('helm uninstall web --namespace shop', /^release "web" uninstalled$/m);
  const { stdout } = await cluster.kubectl(['get', 'deployments,secrets', '-n', 'shop', '-o', 'name']);
  expect(stdout).toBe('');
});
