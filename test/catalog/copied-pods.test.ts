// `kubectl debug --copy-to` copies the spec of a pod without its annotations, and the files of sidecars are
// annotations.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type JsonObject, objectsOf } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';

const folder = mkdtempSync(join(tmpdir(), 'copied-pods-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Annotations that turn on each sidecar that has files. */
const cases: readonly [sidecar: string, annotations: Readonly<Record<string, string>>][] = [
  ['git', { 'git-repo': 'https://git.example.com/site.git' }],
  ['serve', { 'serve-path': '/srv/www' }],
  ['https', { 'https-secret': 'tls', 'https-target': '8080' }],
  ['ambassador', { 'ambassador-target': 'db:5432' }],
  ['ambassador', { 'ambassador-target': 'db:5432', 'ambassador-tls': 'true', 'ambassador-ca-secret': 'ca' }],
];

function containersOf(annotations: Readonly<Record<string, string>>, state = builtInState) {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`sidecar.io/${key}`, value]));
  const pod = { metadata: { annotations: prefixed }, spec: { containers: [{ name: 'web', image: 'x' }] } };
  const outcome = inject({ pod, namespace: 'default' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const spec: JsonObject = apply(outcome.patch, pod).spec;
  const files = objectsOf(spec.volumes).find(({ name }) => String(name).endsWith('-files'));
  const all = [...objectsOf(spec.initContainers), ...objectsOf(spec.containers)];
  return { files, containers: all.filter(({ name }) => name !== 'web') };
}

describe('in a copy of a pod without its annotations', () => {
  it.each(cases)('%s ends with a message that says what is missing: %o', (_, annotations) => {
    for (const state of [builtInState, classicState]) {
      const { files, containers } = containersOf(annotations, state);
      for (const container of containers) {
        const mount = objectsOf(container.volumeMounts).find(({ name }) => name === files?.name);
        if (!mount) throw new Error(`${container.name} does not mount the files`);
        const [shell = '', , script = '', ...args] = container.command as string[];
        for (const file of ['checkout', 'nginx.conf', 'follow', 'haproxy.cfg']) writeFileSync(join(folder, file), '');
        const local = script.replaceAll(String(mount.mountPath), folder);
        const { status, stderr } = spawnSync(shell, ['-c', local, ...args], { encoding: 'utf8', timeout: 120_000 });
        expect(stderr).toContain('"kubectl debug --copy-to" needs --keep-annotations.');
        expect(status).toBe(1);
      }
    }
  });

  it('covers every sidecar that has files', () => {
    const withFiles = builtInState.catalog.templates.filter(({ document }) => document.spec.files.length > 0);
    expect([...new Set(cases.map(([sidecar]) => sidecar))].sort()).toEqual(withFiles.map(({ name }) => name).sort());
  });
});
