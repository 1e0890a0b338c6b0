// The plain manifests and the base for Kustomize: complete, taken by a real API server, and changed by an overlay.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { installManifests } from '../../tools/manifests/install.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { untilDefined } from './setup.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
const base = join(folder, 'base');
const read = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Manifest);

let cluster: ControlPlane;
let text = '';
beforeAll(async () => {
  cluster = await startControlPlane();
  const { helm } = await ensureBinaries(['helm']);
  text = await installManifests(helm, ['certificates.existingSecret=tls', 'certificates.caBundle=QUJD']);
  mkdirSync(base);
  writeFileSync(join(base, 'install.yaml'), text);
  writeFileSync(join(base, 'kustomization.yaml'), 'resources: [install.yaml]\n');
}, 900_000);
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const page = readFileSync(join(import.meta.dirname, '../../docs/gitops.md'), 'utf8');
const overlay = /```yaml\n# kustomization\.yaml\n(resources:\n {2}- \.\.\/deploy\n[\s\S]*?)```/.exec(page)?.[1] ?? '';

describe('the plain manifests', () => {
  it('begin with the namespace and the kinds that others need, and do not name Helm', () => {
    const kinds = read(text).map(({ kind }) => kind);
    const definitions = kinds.filter((kind) => kind === 'CustomResourceDefinition');
    expect(kinds.slice(0, 1 + definitions.length)).toEqual(['Namespace', ...definitions]);
    expect(definitions.length).toBeGreaterThan(1);
    expect(kinds).toEqual(expect.arrayContaining(['Deployment', 'Service', 'ClusterRole', 'PodDisruptionBudget']));
    expect(text).not.toMatch(/helm/i);
  });

  it('are taken by kubectl apply as they are, twice', async () => {
    const { code, stderr } = await cluster.kubectl(['apply', '--server-side', '-f', '-'], { stdin: text });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    await untilDefined(cluster); // the API server writes the status of definitions
    expect(await cluster.kubectl(['diff', '-f', '-'], { stdin: text })).toMatchObject({ code: 0, stdout: '' });
  });

  it('are changed by the overlay of docs/gitops.md: image, replicas and flags', async () => {
    expect(overlay).not.toBe('');
    const local = overlay.replace(/resources:\n( +- .*\n)+/, 'resources: [../base]\n');
    mkdirSync(join(folder, 'overlay'), { recursive: true });
    writeFileSync(join(folder, 'overlay', 'kustomization.yaml'), local);
    const { code, stdout, stderr } = await cluster.kubectl(['kustomize', join(folder, 'overlay')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const deployment = read(stdout).find(({ kind }) => kind === 'Deployment');
    const image = 'registry.example.com/sidecar-injector:0.1.0';
    expect(deployment).toMatchObject({
      spec: {
        replicas: 3,
        template: { spec: { containers: [{ image, env: [{ name: 'SIDECAR_IMAGE', value: image }] }] } },
      },
    });
  });
});
