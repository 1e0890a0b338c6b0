// The commands and files of docs/gitops.md: the real Kustomize, kpt and Helm run the command line.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { inject } from '../../src/engine/inject.ts';
import { workload } from '../cli/run.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from '../policy/policy.ts';
import { commandsBelow, filesBelow } from './shell-blocks.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/gitops.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'gitops-'));
let path = '';
beforeAll(async () => {
  const { kustomize, helm } = await ensureBinaries(['kustomize', 'helm']);
  const program = join(root, 'src/main/sidecar.ts');
  mkdirSync(join(folder, 'bin'));
  const script = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  writeFileSync(join(folder, 'bin/sidecar'), script, { mode: 0o755 });
  path = [join(folder, 'bin'), ...[kustomize, helm].map(dirname), process.env.PATH].join(':');
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the files that the page shows below a heading, each named by its first line. */
function writeShown(heading: string): void {
  for (const [name, text] of filesBelow(page, heading)) write(name, text);
}
function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
function sh(command: string) {
  const env = { ...process.env, PATH: path, HELM_DATA_HOME: join(folder, 'helm-data') };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', env });
  return { status, stdout, stderr };
}
const containersOf = (manifests: string) =>
  parseAllDocuments(manifests)
    .map((document) => document.toJS()?.spec?.template?.spec)
    .flatMap((spec) => (spec ? [...spec.containers, ...(spec.initContainers ?? [])] : []))
    .map(({ name }) => name);
const web = workload('Deployment', 'apps/v1');
const wrong = web.replace('"true"', '"yes"');

describe('Kustomize', () => {
  const [build = ''] = commandsBelow(page, '## With Kustomize');
  beforeAll(() => writeShown('## With Kustomize'));

  it('builds with sidecars, and with the policies of the function', () => {
    write('web.yaml', web);
    write('policies/shop.yaml', JSON.stringify(policyObject('shop', { namespaceSelector: {}, forbid: ['git'] })));
    expect(sh(build)).toMatchObject({ status: 0, stderr: '' });
    expect(containersOf(readFileSync(join(folder, 'rendered.yaml'), 'utf8'))).toEqual(['web', 'sidecar-topz']);
    write('policies/shop.yaml', JSON.stringify(policyObject('shop', { namespaceSelector: {}, forbid: ['topz'] })));
    expect(sh(build)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('The policy shop forbids the sidecar topz.'),
    });
    rmSync(join(folder, 'policies/shop.yaml'));
  });

  it('fails with a problem, and names the object and the field', () => {
    write('policies/shop.yaml', JSON.stringify(policyObject('shop', { forbid: ['git'] })));
    write('web.yaml', wrong);
    const { status, stderr } = sh(build);
    expect(status).toBe(1);
    expect(stderr).toContain(
      'deployment/web: spec.template.metadata.annotations[\'sidecar.io/topz\']: "yes" is neither true nor false.',
    );
  });
});

it('Kustomize changes names in annotations that it is told of', () => {
  for (const [name, text] of filesBelow(page, '## Names that Kustomize changes')) write(`names/${name}`, text);
  write('names/web.yaml', web.replace('"sidecar.io/topz":"true"', '"sidecar.io/config-configmaps":"shop"'));
  const { status, stdout } = sh('kustomize build names');
  expect(status).toBe(0);
  const name = /^ {2}name: (shop-\S+)$/m.exec(stdout)?.[1];
  expect(stdout).toContain(`sidecar.io/config-configmaps: ${name}\n`);
});

describe('a name that Kustomize changes, and the webhook afterwards', () => {
  /** What is said of the pods of manifests when they are created. */
  const admitted = (manifests: string) => {
    const objects = parseAllDocuments(manifests).map((document) => document.toJS());
    const pod = objects.find(({ kind }) => kind === 'Deployment').spec.template;
    const outcome = inject({ pod, namespace: 'shop' }, builtInState);
    const paths = outcome.kind === 'Injected' ? outcome.patch.map(({ path }) => path) : [];
    return { paths, warnings: 'warnings' in outcome ? outcome.warnings.map(({ code }) => code) : outcome };
  };
  const [pipe = ''] = commandsBelow(page, '## Names that Kustomize changes');
  beforeAll(() => {
    for (const [name, text] of filesBelow(page, '## Names that Kustomize changes')) write(`late/${name}`, text);
    write('late/web.yaml', web.replace('"sidecar.io/topz":"true"', '"sidecar.io/config-configmaps":"shop"'));
  });

  it('makes no warning where the result is injected', () => {
    expect(sh(`cd late && ${pipe}`)).toMatchObject({ status: 0 });
    const text = readFileSync(join(folder, 'late/rendered.yaml'), 'utf8');
    expect(containersOf(text)).toEqual(['web', 'sidecar-config']);
    expect(admitted(text)).toEqual({ paths: [], warnings: [] });
  });

  it('makes one after the function, and nothing but the status changes', () => {
    const settings = filesBelow(page, '## With Kustomize').get('sidecars.yaml') ?? '';
    write('late/sidecars.yaml', settings.replace(/^ {2}(?:image|policy): .*\n/gm, ''));
    const before = readFileSync(join(folder, 'late/kustomization.yaml'), 'utf8');
    write('late/kustomization.yaml', `${before}transformers: [sidecars.yaml]\n`);
    const { status: code, stdout } = sh('kustomize build --enable-alpha-plugins --enable-exec late');
    expect([code, containersOf(stdout)]).toEqual([0, ['web', 'sidecar-config']]);
    const status = '/metadata/annotations/sidecar.io~1status';
    expect(admitted(stdout)).toEqual({ paths: [status], warnings: ['former-settings'] });
  });
});

describe('kpt', () => {
  const [render = ''] = commandsBelow(page, '## With kpt');
  const resource = () => readFileSync(join(folder, 'package/web.yaml'), 'utf8');
  beforeAll(async () => {
    const { kpt } = await ensureBinaries(['kpt']);
    path = `${dirname(kpt)}:${path}`;
    writeShown('## With kpt');
  }, 900_000);

  it('renders a package with sidecars, again and again', () => {
    write('package/web.yaml', web);
    const { status, stderr } = sh(render);
    expect([status, stderr]).toEqual([0, expect.stringContaining('[info] apps/v1/Deployment/web: topz injected')]);
    expect(containersOf(resource())).toEqual(['web', 'sidecar-topz']);
    const once = resource();
    expect(sh(render)).toMatchObject({ status: 0 });
    expect(resource()).toBe(once);
  });

  it('fails with a problem, and leaves the package as it is', () => {
    write('package/web.yaml', wrong);
    const { status, stderr } = sh(render);
    expect([status, stderr]).toEqual([1, expect.stringContaining('"yes" is neither true nor false.')]);
    expect(resource()).toBe(wrong);
  });
});

describe('Helm', () => {
  const [pluginInstall = '', install = ''] = commandsBelow(page, '## With Helm');
  const template = install.replace('helm install', 'helm template');
  beforeAll(() => {
    writeShown('## With Helm');
    write('web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n');
    write('web/templates/web.yaml', web);
    expect(sh(pluginInstall)).toMatchObject({ status: 0 });
  });

  it('renders with sidecars', () => {
    const { status, stdout, stderr } = sh(template);
    expect([status, stderr]).toEqual([0, '']);
    expect(containersOf(stdout)).toEqual(['web', 'sidecar-topz']);
  });

  it('fails with a problem, and check says which', () => {
    write('web/templates/web.yaml', wrong);
    expect(sh(template).status).not.toBe(0);
    const check = /```sh\n(helm template .*)\n```/.exec(page)?.[1] ?? '';
    expect(sh(check)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^stdin:\d+:\d+: error: .*\[bad-switch\]$/m),
    });
  });
});

describe('the workflow', () => {
  const workflow = parse(/```yaml\n# \.github\/workflows\/check\.yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '');

  it('checks out, and annotates the lines that have problems', () => {
    const [job] = Object.values<{ 'runs-on': string; steps: { uses?: string; run?: string }[] }>(workflow.jobs);
    expect([workflow.on, job?.['runs-on']]).toEqual(['pull_request', 'ubuntu-latest']);
    const [checkout, check] = job?.steps ?? [];
    expect(checkout?.uses).toMatch(/^actions\/checkout@v\d+\.\d+\.\d+$/);
    const command = (check?.run ?? '').replace('npx --yes sidecar-injector', 'sidecar');
    write('manifests/web.yaml', wrong);
    write('policies/shop.yaml', JSON.stringify(policyObject('shop', { forbid: ['git'] })));
    expect(sh(command)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(
        /^::error file=manifests\/web\.yaml,line=1,col=\d+,title=bad-switch::deployment\/web: [^\n]*\n$/,
      ),
    });
    write('manifests/web.yaml', web);
    expect(sh(command)).toMatchObject({ status: 0, stdout: '' });
  });
});
