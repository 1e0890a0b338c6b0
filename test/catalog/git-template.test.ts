import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';
import { checkArguments } from './git-sync-arguments.ts';

const settings: readonly Record<string, string>[] = [
  { 'git-repo': 'https://h/r.git' },
  { 'git-repo': 'http://h/r', 'git-style': 'symlink', 'git-ref': 'v1.2', 'git-period': '1m30s', 'git-depth': '0' },
  { 'git-repo': 'https://h/r', 'git-subdir': 'docs/a b', 'git-submodules': 'off', 'git-secret': 's' },
  { 'git-repo': 'https://h/r', 'git-secret': 's', 'git-username': 'oauth2' },
  { 'git-repo': 'git@h:r.git', 'git-secret': 's', 'git-submodules': 'shallow' },
  { 'git-repo': 'ssh://git@h/r', 'git-secret': 's', 'git-known-hosts': 'false' },
];

interface GitContainer {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string }[];
}

/** The containers that run git-sync in a pod with these annotations. */
function gitContainers(annotations: Record<string, string>, native: boolean): GitContainer[] {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`sidecar.io/${key}`, value]));
  const pod: JsonObject = {
    metadata: { annotations: prefixed },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  };
  const outcome = inject({ pod, namespace: 'default' }, native ? builtInState : classicState);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const spec = apply(outcome.patch, pod).spec as unknown as {
    containers: GitContainer[];
    initContainers?: GitContainer[];
  };
  return [...(spec.initContainers ?? []), ...spec.containers].filter(({ name }) => name.startsWith('sidecar-git'));
}

describe("git-sync's command line", () => {
  it.each(settings)('has only flags and values that git-sync documents: %o', (annotations) => {
    for (const native of [true, false]) {
      const containers = gitContainers(annotations, native);
      expect(containers.map(({ name }) => name)).toEqual(
        native ? ['sidecar-git'] : ['sidecar-git-init', 'sidecar-git'],
      );
      for (const { args, env } of containers) {
        expect(
          checkArguments(
            [...args],
            env.map(({ name }) => name),
          ),
        ).toEqual([]);
        expect(args.includes('--one-time')).toBe(containers.length === 2 && args === containers[0]?.args);
      }
    }
  });
});
