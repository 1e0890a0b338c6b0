// Pods with much of one thing: the work grows with it, not with its square.
import { expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { State } from '../../src/state/state.ts';
import { answered } from '../amplification/search.ts';
import { stateWith } from '../merge/sidecars.ts';
import { podWith } from '../problems/problem-cases.ts';
import { builtInState } from './state.ts';

const many = <T>(count: number, item: (i: number) => T) => Array.from({ length: count }, (_, i) => item(i));
const git = Object.fromEntries(many(32, (i) => [`sidecar.io/git-repo.i${i}`, 'https://git.example.com/site.git']));
const mountedAt = (mountPath: string): Json =>
  podWith(git, {
    containers: [{ name: 'app', image: 'app', volumeMounts: [{ name: 'v', mountPath }] }],
  }); /** Each of them is a problem that names the container. */
const sameMounts = { ...git, ...Object.fromEntries(many(32, (i) => [`sidecar.io/git-path.i${i}`, '/srv/www'])) };
const numbers: Json = {
  metadata: { annotations: Object.fromEntries(many(20_000, (i) => [`sidecar.io/x${i}`, i])) },
  spec: { containers: [{ name: 'app', image: 'app' }] },
};

it.each<[string, Json]>([
  ['slashes in front of a mount path', mountedAt(`${'/'.repeat(20_000)}x/`)],
  ['slashes as a mount path', mountedAt('/'.repeat(2_500_000))],
  ['numbers as annotations', numbers],
  ['a long key', podWith({ [`sidecar.io/${'a.'.repeat(60_000)}`]: 'x' })],
  ['a long name of a container', podWith(sameMounts, { containers: [{ name: 'a://'.repeat(600_000), image: 'app' }] })],
])('%s', (_, pod) => {
  // Some 10 ms; the square of it takes seconds.
  const { milliseconds, answerBytes } = answered(pod, builtInState);
  expect(milliseconds).toBeLessThan(500);
  expect(answerBytes).toBeLessThan(1024 * 1024);
});

/** Sidecars that bring this to each container of an app, 32 times. */
const bringing = (spec: object) => stateWith({ demo: spec });
const variables = bringing({ env: many(64, (i) => ({ name: `V${i}_\${ instance.name }`, value: 'x' })) });
const mounts = bringing({
  volumes: [{ name: '${ instance.id }', emptyDir: {} }],
  mounts: many(32, (i) => ({ name: '${ instance.id }', mountPath: `/m\${ instance.id }/${i}` })),
});
const at = (i: number) => ({ name: 'v', mountPath: `/m${i}` });
const demo = Object.fromEntries(many(32, (i) => [`sidecar.io/demo-container.i${i}`, '*']));
const ask = Object.fromEntries(many(32, (i) => [`sidecar.io/demo.i${i}`, 'true']));
const app = (count: number, more: object = {}): Json =>
  podWith({ ...demo, ...ask }, { containers: many(count, (i) => ({ name: `c${i}`, image: 'x', ...more })) });

it.each<[string, State, Json, string]>([
  ['variables', variables, app(2), 'Injected'],
  ['variables beside many', variables, app(2, { env: many(20_000, (i) => ({ name: `A${i}` })) }), 'Injected'],
  ['variables in many containers', variables, app(20), 'too-many-containers'],
  ['mounts', mounts, app(2), 'Injected'],
  ['mounts in many containers', mounts, app(80), 'too-many-containers'],
  ['mounts beside many', mounts, app(1, { volumeMounts: many(40_000, at) }), 'too-many-containers'],
])('%s of sidecars', (_, state, pod, expected) => {
  const { text, milliseconds } = answered(pod, state);
  expect(JSON.parse(text).response.auditAnnotations).toMatchObject(
    expected === 'Injected' ? { decision: 'injected' } : { decision: 'refused', codes: expected },
  );
  expect(milliseconds).toBeLessThan(500);
});
