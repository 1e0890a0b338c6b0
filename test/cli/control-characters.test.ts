// What others wrote into a cluster, and what a terminal would take for orders.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { resultsText } from '../../src/cli/doctor/text.ts';
import { decisionText } from '../../src/cli/explain/text.ts';
import { formatted } from '../../src/cli/formatted.ts';
import { failureLines } from '../../src/cli/rollout/report.ts';
import { say } from '../../src/cli/say.ts';
import { kubectl } from '../../src/main/kubectl.ts';
import { failed } from '../../src/rollout/failure.ts';
import { begun } from '../../src/rollout/verdict.ts';
import { workload } from '../rollout/objects.ts';
import { inject, run } from './run.ts';

/** Of a terminal with 7 bits, and of one with 8. */
const hostile = 'a\u001b[2J\nb\u009b31m';
const none = expect.not.stringMatching(/[^\P{Cc}\n]/u);

it('doctor prints none of it', () => {
  const text = resultsText([{ check: 'answer', status: 'failed', message: hostile, fix: hostile }], false);
  expect(text).toEqual(none);
  expect(text.split('\n')).toHaveLength(5);
});

it('explain prints none of it, in Events and annotations', () => {
  const event = { about: 'pod/web', reason: hostile, message: hostile, count: 2, last: '2026-11-26T10:00:00Z' };
  const story = {
    ...{ namespace: { 'sidecar.io/topz': hostile }, policies: [], workload: {}, pod: {}, webhooks: [], sidecars: [] },
    ...{ warnings: [hostile], events: [event] },
  };
  const about = { title: 'pod/web', namespace: 'shop', verdict: 'none', summary: 'It has none.' } as const;
  const text = decisionText({ ...about, cause: undefined, also: [], story, now: 'The same.' }, false);
  expect(text).toEqual(none);
  expect(text).toContain('pod/web a\\u001b[2J b');
});

it('rollout prints none of it, in the name of a sidecar that a pod claims to have', () => {
  const failure = { reason: 'CrashLoopBackOff', container: 'web', sidecar: hostile, message: hostile };
  const verdict = failed(workload(), failure);
  const owner = { kind: 'Deployment', namespace: 'shop', name: 'web', type: '', path: '' };
  const lines = failureLines([[{ owner, progress: begun(undefined, 0), verdict }]]);
  for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u);
  expect(lines).toHaveLength(3);
});

it('what kubectl says has none of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  const { PATH } = process.env;
  try {
    writeFileSync(join(folder, 'kubectl'), "#!/bin/sh\nprintf 'Error: a\\033[2J\\nb\\r\\n' >&2\nexit 1\n");
    chmodSync(join(folder, 'kubectl'), 0o755);
    process.env.PATH = `${folder}:${PATH}`;
    expect(kubectl(['get', 'pods'])).toEqual({ message: 'Error: a\\u001b[2J\nb' });
    writeFileSync(join(folder, 'kubectl'), '#!/bin/sh\nexit 7\n');
    expect(kubectl([])).toEqual({ message: 'kubectl ended with the exit code 7, and said nothing.' });
    writeFileSync(join(folder, 'kubectl'), '#!/bin/sh\nkill -9 $$\n');
    expect(kubectl([])).toEqual({ message: 'kubectl was stopped by SIGKILL, and said nothing.' });
  } finally {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  }
});

it('notes and errors have none of it, and keep their lines', () => {
  let written = '';
  say({ stderr: (text) => (written += text) }, 'note', ['a\u009b31mb\nc\u202ed']);
  expect(written).toBe('note: a\\u009b31mb\nc\\u202ed\n');
  expect(run(['check', '-f', 'a\u009b.yaml']).stderr).toMatch(/^error: a\\u009b\.yaml: /);
});

const seen = expect.not.stringMatching(/[^\P{C}\n]/u);

it.each(['json', 'yaml'] as const)('a document of %s has none of it, and the exact values', (format) => {
  const value = { [hostile]: ['\u202e', '\u{e0041}', '\u007f', 'a\tb\nc\n', 'on', { 'a\u200b': '\u3164' }, 'ä', 7] };
  const text = formatted(value, format);
  expect(text).not.toMatch(/[\u007f-\u009f\u200b\u202e\u3164]|\u{e0041}/u);
  expect(format === 'json' ? JSON.parse(text) : parse(text)).toEqual(value);
  expect(formatted({ a: 'b\nc' }, 'yaml'), 'other texts stay in their style').toBe('a: |-\n  b\n  c\n');
});

it.each(['text', 'github', 'json', 'yaml', 'sarif'])('check -o %s has none of it, with one escape', (output) => {
  const metadata = { name: 'web', annotations: { 'sidecar.io/a\u202eb': 'x' } };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'web' }] } };
  const { stdout } = run(['check', '-f', '-', '-o', output], { stdin: JSON.stringify(pod) });
  expect(stdout).toEqual(seen);
  expect(stdout).toContain('a\\u202eb');
  expect(stdout).not.toContain('u{');
});

it('inject has none of it as JSON and as a patch, which have the exact value', () => {
  const annotations = { 'sidecar.io/git-repo': 'https://git.example.com/a.git', note: '\u009b' };
  const spec = { containers: [{ name: 'a\u202eb' }] };
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', annotations }, spec });
  const [json, patch] = ['json', 'patch'].map((output) => inject(stdin, '-o', output).stdout);
  for (const text of [json, patch]) expect(text).toEqual(seen);
  expect(JSON.parse(json ?? '').metadata.annotations.note).toBe('\u009b');
  expect(patch).toContain('a\\u202eb');
});
