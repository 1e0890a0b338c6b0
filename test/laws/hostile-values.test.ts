import { describe, expect, it } from 'vitest';
import { isObject, type Json } from '../../src/core/json.ts';
import type { Operation } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { fc } from '../fast-check.ts';
import { hostileTexts } from './hostile.ts';
import { holdsFor } from './properties.ts';

const pod = (annotations: Record<string, string>): Json => ({
  metadata: { annotations },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
});
const base = {
  'sidecar.io/git-repo': 'https://git.example.com/a/b.git',
  'sidecar.io/topz': 'true',
  'sidecar.io/metrics-for': 'redis',
};
/** For every parameter a value that is fine, and sets what a hostile value of it would set. */
const fine: Record<string, string> = {
  'sidecar.io/git-repo': base['sidecar.io/git-repo'],
  'sidecar.io/git-ref': 'main',
  'sidecar.io/git-path': '/srv',
  'sidecar.io/git-subdir': 'docs',
  'sidecar.io/git-secret': 'creds',
  'sidecar.io/git-image': 'x',
  'sidecar.io/git-container': 'web',
  'sidecar.io/git-cpu-limit': '1',
  'sidecar.io/git-memory': '64Mi',
  'sidecar.io/git-period': '1m',
  'sidecar.io/git-depth': '1',
  'sidecar.io/topz-port': '20000',
  'sidecar.io/topz-image': 'x',
  'sidecar.io/metrics-target': '127.0.0.1:6380',
  'sidecar.io/metrics-username': 'exporter',
  'sidecar.io/metrics-secret': 'creds',
};

/** A patch without the content of its strings and numbers: only keys, lists, types and operations. */
function shapeOf(value: Json | readonly Operation[]): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item ?? null)]));
  return typeof value;
}

/**
 * What the kubelet makes of a string with `$(NAME)` in it when no variable has that name. Source: its expansion
 * package.
 */
function expanded(text: string): string {
  return text.replaceAll('$$', '$');
}

const texts = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .tuple(fc.constantFrom('https://h/', 'main', '/srv/', '20000', '64Mi', 'a'), fc.constantFrom(...hostileTexts))
    .map(([a, b]) => a + b.slice(0, 300)),
);

describe('law 9: no annotation value can change the structure of the pod', { timeout: 1_800_000 }, () => {
  it('a hostile value is refused, or gives a patch of the same shape as a harmless one', () => {
    const cases = fc.tuple(fc.constantFrom(...Object.keys(fine)), texts, fc.boolean());
    let accepted = 0;
    holdsFor('law 9', cases, ([key, text, native]) => {
      const state = native ? builtInState : classicState;
      const outcome = inject({ pod: pod({ ...base, [key]: text }), namespace: 'default' }, state);
      expect(outcome.kind).toMatch(/Injected|Refused/);
      if (outcome.kind !== 'Injected') return;
      accepted += 1;
      const harmless = inject({ pod: pod({ ...base, [key]: fine[key] ?? '' }), namespace: 'default' }, state);
      expect(shapeOf(outcome.patch)).toEqual(harmless.kind === 'Injected' ? shapeOf(harmless.patch) : harmless);
    });
    expect(accepted, 'some hostile-looking values are legitimate').toBeGreaterThan(0);
  });

  it('a value reaches the program as it was written: Kubernetes expands no variable in it', () => {
    for (const repo of [
      'https://h/$(GITSYNC_PASSWORD)',
      'https://h/$$(HOME)',
      'https://h/a$b$$c',
      'https://h/${HOME}',
    ]) {
      const outcome = inject({ pod: pod({ 'sidecar.io/git-repo': repo }), namespace: 'default' }, builtInState);
      const patch = outcome.kind === 'Injected' ? outcome.patch : [];
      const containers = patch.find(({ path }) => path === '/spec/initContainers')?.value as { args: string[] }[];
      const argument = containers[0]?.args.find((text) => text.startsWith('--repo=')) ?? '';
      expect(argument).not.toMatch(/(^|[^$])(\$\$)*\$\(/);
      expect(expanded(argument)).toBe(`--repo=${repo}`);
    }
  });
});
