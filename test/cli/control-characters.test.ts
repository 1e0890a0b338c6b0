// What others wrote into a cluster, and what a terminal would take for orders.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resultsText } from '../../src/cli/doctor/text.ts';
import { decisionText } from '../../src/cli/explain/text.ts';
import { failureLines } from '../../src/cli/rollout/report.ts';
import { kubectl } from '../../src/main/kubectl.ts';
import { failed } from '../../src/rollout/failure.ts';
import { begun } from '../../src/rollout/verdict.ts';
import { workload } from '../rollout/objects.ts';

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
  } finally {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  }
});
