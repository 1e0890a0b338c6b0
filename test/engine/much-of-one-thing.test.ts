// Pods with much of one thing: the work grows with it, not with its square.
import { expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { answered } from '../amplification/search.ts';
import { podWith } from '../problems/problem-cases.ts';
import { builtInState } from './state.ts';

const many = <T>(count: number, item: (i: number) => T) => Array.from({ length: count }, (_, i) => item(i));
const git = Object.fromEntries(many(32, (i) => [`sidecar.io/git-repo.i${i}`, 'https://git.example.com/site.git']));
const mountedAt = (mountPath: string): Json =>
  podWith(git, { containers: [{ name: 'app', image: 'app', volumeMounts: [{ name: 'v', mountPath }] }] });

it.each<[string, Json]>([
  ['slashes in front of a mount path', mountedAt(`${'/'.repeat(20_000)}x/`)],
  ['slashes as a mount path', mountedAt('/'.repeat(2_500_000))],
])('%s', (_, pod) => {
  // Some 10 ms; the square of it takes seconds.
  expect(answered(pod, builtInState).milliseconds).toBeLessThan(500);
});
