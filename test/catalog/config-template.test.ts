import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { filesync } from '../../src/programs/filesync/settings.ts';
import { readCommand } from '../../src/programs/kit/command.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { hostileTexts } from '../laws/hostile.ts';
import { apply } from '../laws/weave.ts';

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly securityContext: { readonly runAsUser: number };
  readonly startupProbe?: object;
  readonly volumeMounts: readonly object[];
}
interface Spec {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly projected?: { readonly sources: readonly object[] } }[];
  readonly shareProcessNamespace?: boolean;
}

const podWith = (settings: Record<string, string>): JsonObject => ({
  metadata: {
    annotations: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`sidecar.io/${key}`, value])),
  },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
});

function woven(settings: Record<string, string>, state = builtInState): Spec {
  const pod = podWith(settings);
  const outcome = inject({ pod, namespace: 'default' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return apply(outcome.patch, pod).spec as unknown as Spec;
}

function problemsOf(settings: Record<string, string>): string[] {
  const outcome = inject({ pod: podWith(settings), namespace: 'default' }, builtInState);
  if (outcome.kind !== 'Refused') return [];
  return outcome.problems.map(({ path, message, fix }) => `${path}: ${message} ${fix}`);
}

const maps = { 'config-configmaps': 'settings' };
const signal = { ...maps, 'config-signal': 'HUP', 'config-process': 'nginx', 'config-user': '101' };
const call = { ...maps, 'config-call': 'http://127.0.0.1:8080/reload?x=$(HOME)', 'config-method': 'GET' };

describe('the command line', () => {
  it.each([maps, signal, call, { ...signal, ...call, 'config-mode': '440' }])(
    'is one that the program takes: %o',
    (settings) => {
      for (const state of [builtInState, classicState]) {
        const { initContainers = [], containers } = woven(settings, state);
        for (const { args } of [...initContainers, ...containers].filter(({ name }) => name.startsWith('sidecar-'))) {
          expect(
            readCommand(
              filesync,
              args.map((text) => text.replaceAll('$$', '$')),
            ),
          ).toMatchObject({
            settings: {
              source: '/source',
              target: '/target',
              ...('config-signal' in settings ? { signal: 'HUP', process: 'nginx' } : { signal: undefined }),
              ...('config-call' in settings ? { method: 'GET' } : { call: undefined }),
            },
          });
        }
      }
    },
  );
});

describe('the pod', () => {
  it('has a native sidecar that is started when the folder is filled; the app mounts only that folder', () => {
    const { initContainers, containers, shareProcessNamespace } = woven(maps);
    expect(initContainers).toMatchObject([
      {
        name: 'sidecar-config',
        restartPolicy: 'Always',
        securityContext: { runAsUser: 65532 },
        startupProbe: { exec: { command: ['node', '/app/dist/filesync.js', '--ready', '--target=/target'] } },
      },
    ]);
    expect(containers).toMatchObject([
      { name: 'web', volumeMounts: [{ name: 'sidecar-config', mountPath: '/config', subPath: 'files' }] },
    ]);
    expect(shareProcessNamespace).toBeUndefined();
  });

  it('in the classic form has the same program once before the app and beside it', () => {
    const { initContainers = [], containers } = woven(maps, classicState);
    expect(initContainers.map(({ name, args }) => [name, args.at(-1)])).toEqual([['sidecar-config-init', '--once']]);
    expect(initContainers[0]).not.toHaveProperty('startupProbe');
    expect(containers.map(({ name }) => name)).toEqual(['web', 'sidecar-config']);
    expect(containers[1]?.args).not.toContain('--once');
  });

  it('mounts what is named into the sidecar alone, Secrets last, so that these count', () => {
    const { volumes } = woven({ ...maps, 'config-configmaps': 'a, b.c', 'config-secrets': 'd' });
    expect(volumes).toEqual([
      { name: 'sidecar-config', emptyDir: { medium: 'Memory' } },
      {
        name: 'sidecar-config-source',
        projected: {
          defaultMode: 0o444,
          sources: [
            { configMap: { name: 'a', optional: false } },
            { configMap: { name: 'b.c', optional: false } },
            { secret: { name: 'd', optional: false } },
          ],
        },
      },
      { name: 'sidecar-config-sa', downwardAPI: {} },
    ]);
    const optional = woven({ 'config-secrets': 'd', 'config-optional': 'true' });
    expect(optional.volumes[1]?.projected?.sources).toEqual([{ secret: { name: 'd', optional: true } }]);
    expect(woven(maps).volumes[0]).toEqual({ name: 'sidecar-config', emptyDir: {} });
  });

  it('shares its processes only for a signal, which the app’s user sends', () => {
    const { initContainers = [], shareProcessNamespace } = woven(signal);
    expect(shareProcessNamespace).toBe(true);
    expect(initContainers[0]?.securityContext.runAsUser).toBe(101);
    expect(woven({ ...maps, 'config-user': '1000' })).not.toHaveProperty('shareProcessNamespace');
  });

  it('can have two, each in a folder of its own', () => {
    const { containers } = woven({ ...maps, 'config-secrets.keys': 'k' });
    expect(containers[0]?.volumeMounts).toMatchObject([{ mountPath: '/config' }, { mountPath: '/config/keys' }]);
  });
});

describe('what cannot work', () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ config: 'true' }, /No ConfigMap and no Secret is set/],
    [{ ...maps, 'config-signal': 'HUP', 'config-user': '1' }, /config-signal.*but no process\..*config-process/],
    [{ ...maps, 'config-process': 'nginx' }, /config-process.*but no signal\..*config-signal/],
    [{ ...maps, 'config-signal': 'HUP', 'config-process': 'nginx' }, /only processes of the same user.*config-user/],
    [{ ...signal, 'config-user': '0' }, /config-user.*is too small/],
    [{ ...signal, 'config-signal': 'KILL' }, /config-signal.*HUP/],
    [{ ...maps, 'config-mode': '0044' }, /config-mode/],
    [{ ...maps, 'config-call': 'http://example.com/' }, /config-call.*addresses of the pod itself/],
    [{ ...maps, 'config-call': 'http://localhost:8080@example.com/' }, /config-call/],
    [{ ...maps, 'config-call': 'http://localhost.example.com/' }, /config-call/],
    [{ ...maps, 'config-call': 'http://localhost:99999/' }, /config-call/],
    [{ 'config-configmaps': 'a,A' }, /config-configmaps/],
  ])('is refused: %o', (settings, message) => {
    expect(problemsOf(settings)).toEqual([expect.stringMatching(message)]);
  });

  it.each(['configmaps', 'secrets', 'mode', 'process', 'call'])('hostile values of %s are refused', (name) => {
    // A single word may be a name, and stays one.
    const word = /^[\w.+:@-]+$/;
    for (const text of hostileTexts.filter((each) => !word.test(each))) {
      expect(problemsOf({ ...signal, [`config-${name}`]: text }), JSON.stringify(text.slice(0, 60))).not.toEqual([]);
    }
  });
});
