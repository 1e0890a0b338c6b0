import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examplePods } from '../../demo/pods.ts';
import { fc } from '../fast-check.ts';
import { pods } from '../laws/pods.ts';
import { collisions } from '../problems/collisions.ts';
import { parameterProblems } from '../problems/parameter-problems.ts';
import { valueProblems } from '../problems/problem-cases.ts';
import { several } from '../problems/several.ts';
import { throughCommandLine, throughWebhook } from './doors.ts';

/** Annotations that hold what YAML or a terminal could not carry reach the webhook only; JSON files carry them all. */
const asJson = (pod: object) => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pod });

describe('the same through both doors', () => {
  it.each(examplePods())('$file: the patch, byte for byte', ({ pod }) => {
    const { code, stdout } = throughCommandLine(asJson(pod), '-o', 'patch', '-q');
    expect(code).toBe(0);
    expect(stdout.trimEnd()).toBe(throughWebhook(pod).patch);
  });

  it('500 generated pods: the patch byte for byte, or the same refusal', () => {
    let injected = 0;
    fc.assert(
      fc.property(pods, (pod) => {
        const webhook = throughWebhook(pod);
        const { code, stdout, stderr } = throughCommandLine(asJson(pod), '-o', 'patch', '-q');
        expect(code).toBe(webhook.allowed ? 0 : 1);
        if (webhook.patch) {
          injected += 1;
          expect(stdout.trimEnd()).toBe(webhook.patch);
        }
        if (!webhook.allowed) {
          expect(stdout).toBe('');
          expect(stderr).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
    expect(injected).toBeGreaterThan(50);
  });

  it.each([...valueProblems, ...parameterProblems, ...collisions, several])(
    '$name: each message, fix and code',
    ({ pod, problems }) => {
      const { message: answer = '' } = throughWebhook(pod);
      const { code, stdout, stderr } = throughCommandLine(asJson(pod));
      expect(code).toBe(1);
      expect(stdout, 'nothing half-done').toBe('');
      for (const { code, fix, path, message } of problems) {
        const texts = [code, fix, path, ...(typeof message === 'string' ? [message] : [])];
        for (const text of texts) {
          expect(answer).toContain(text);
          expect(stderr).toContain(text);
        }
      }
    },
  );

  it('a refused document among good ones keeps all from being printed', () => {
    const good = readFileSync(join(import.meta.dirname, '../../examples/git.yaml'), 'utf8');
    const { code, stdout, stderr } = throughCommandLine(`${good}\n---\n${JSON.stringify(several.pod)}\n`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('host-pid');
  });
});
