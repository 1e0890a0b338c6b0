import { expect, it } from 'vitest';
import { eventOf } from '../../src/admission/details.ts';
import { factsOf } from '../../src/admission/facts.ts';
import { printable } from '../../src/core/printable.ts';
import { answerReview } from '../admission/answer-review.ts';
import { run } from '../cli/run.ts';
import { builtInState } from '../engine/state.ts';

/** Orders for a terminal, a line of its own, both directions of writing, and what cannot be seen. */
const forged = '\n\u001b[1A\u001b[2K\u009b32m\r\u0000all is well\u202e\u2066\u200b\ufeff\u2028\u3164\u{e0041}';
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164]/u;
const raw = (text: string) => text.split('\n').filter((line) => unseen.test(line));

it('escapes what controls a terminal or hides, and nothing else', () => {
  expect(printable(forged)).not.toMatch(unseen);
  expect(printable('a\u001bb\u202ec\u{e0041}')).toBe('a\\u001bb\\u202ec\\u{e0041}');
  const plain = 'München, 東京, تهران, 👍🏽, ❤️, á, a\u00a0b, "x" \\n';
  expect(printable(plain)).toBe(plain);
});

const keys: readonly [string, object][] = [
  ['a key', { [`sidecar.io/x${forged}`]: 'true' }],
  ['a key of the workload', { 'sidecar.io/from-workload': JSON.stringify({ [`y${forged}`]: 'true' }) }],
  ['a value', { 'sidecar.io/git-repo': `https://a.example.com/${forged}` }],
  ['a container', { 'sidecar.io/git-repo': 'https://a.example.com/b', 'sidecar.io/git-container': 'zz' }],
];

it.each(keys)('no answer and no Event about %s has such characters', (_, annotations) => {
  const object = { metadata: { name: 'p', annotations }, spec: { containers: [{ name: `c${forged}`, image: 'x' }] } };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const request = { uid: 'u', operation: 'CREATE', namespace: 'default', resource, object };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { text, reviewed } = answerReview(Buffer.from(JSON.stringify(review)), builtInState);
  if (!reviewed) throw new Error(text);
  const { status, warnings = [] } = JSON.parse(text).response;
  const said: readonly string[] = [...warnings, status?.message ?? ''];
  expect(said.join('')).not.toBe('');
  expect(said.flatMap(raw)).toEqual([]);
  for (const warning of warnings) expect(warning).not.toContain('\n');
  expect(eventOf(factsOf(reviewed.request, reviewed.outcome))?.note).not.toMatch(unseen);
});

it.each([['inject'], ['check'], ['explain']])('sidecar %s prints none of them', (command) => {
  const template = {
    metadata: { annotations: { 'sidecar.io/topz': 'true' }, labels: { [`sidecar.io/a${forged}`]: 'x' } },
    spec: { containers: [{ name: 'c', image: 'x' }] },
  };
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template } };
  const { stdout, stderr } = run([command, '-f', 'web.json'], {
    files: { 'web.json': JSON.stringify(web) },
  });
  // The manifest that `inject` writes is as it was.
  const said = command === 'inject' ? stderr : stdout + stderr;
  expect(said).toContain('all is well');
  expect(raw(said)).toEqual([]);
  expect(said).not.toMatch(/^all is well/m);
});
