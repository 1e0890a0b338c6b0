// The commands of the quickstart, as far as they need no cluster: the real Helm takes them, and their files exist.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helm } from '../chart/helm.ts';
import { commandsBelow } from './shell-blocks.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = commandsBelow(readme, '## Quickstart');

describe('the quickstart', () => {
  it('is on the first screens, and short', () => {
    expect(readme.split('\n').indexOf('## Quickstart')).toBeLessThan(30);
    expect(commands.length).toBeLessThan(8);
  });

  it('installs the chart with values that it has', async () => {
    const install = commands.find((command) => command.startsWith('helm install '));
    const words = (install ?? '').replace('helm install', 'template').replace(' --wait', '').split(/\s+/);
    const manifests = await helm(...words.map((word) => (word.startsWith('charts/') ? join(root, word) : word)));
    expect(manifests).toContain('image: localhost/sidecar-injector:dev');
  });

  it('applies files that exist, and waits for the pods in them', () => {
    const files = commands.flatMap((command) => /^kubectl apply -f (\S+)/.exec(command)?.[1] ?? []);
    expect(files).not.toEqual([]);
    const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    const pods = commands.flatMap((command) => /^kubectl (?:wait .*pod\/|get pod )(\w+)/.exec(command)?.[1] ?? []);
    expect(pods.length).toBe(2);
    for (const pod of pods) expect(text).toContain(`name: ${pod}`);
  });
});
