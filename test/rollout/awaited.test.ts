import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { awaitedIn } from '../../src/rollout/pod-failure.ts';

const startedAt = '2026-11-26T12:00:00Z';
const at = (seconds: number) => Date.parse(startedAt) + seconds * 1000;

const sidecars = [{ name: 'git', hash: '0', native: true, containers: ['sidecar-git', 'sidecar-git-once'] }];

function podWith(container: JsonObject, conditions: JsonObject[] = []): JsonObject {
  const annotations = { 'sidecar.io/status': JSON.stringify({ version: '1', sidecars, added: {} }) };
  return {
    metadata: { name: 'x', annotations },
    spec: { initContainers: [{ name: 'sidecar-git', startupProbe: {} }, { name: 'sidecar-git-once' }] },
    status: {
      conditions,
      initContainerStatuses: [
        { name: 'sidecar-git', started: false, restartCount: 0, state: { running: { startedAt } }, ...container },
      ],
    },
  };
}

describe('a container that a pod waits for', () => {
  it('has run for 20 s, and its startup probe has not succeeded', () => {
    expect(awaitedIn(podWith({}), at(20))).toEqual([
      {
        ...{ pod: 'x', container: 'sidecar-git', sidecar: 'git', reason: 'Unhealthy' },
        message: 'It has run since 2026-11-26T12:00:00Z, and its startup probe has not succeeded yet.',
      },
    ]);
    expect(awaitedIn(podWith({}), at(19))).toEqual([]);
  });

  it('is one that has not ended, where it has no probe', () => {
    expect(awaitedIn(podWith({ name: 'sidecar-git-once' }), at(45))).toMatchObject([
      { reason: 'ContainersNotInitialized', message: expect.stringMatching(/has not ended yet\.$/) },
    ]);
  });

  it('counts at once where it was restarted before the pod was ever up', () => {
    const up = [{ type: 'Initialized', status: 'True' }];
    const starting = [{ type: 'Initialized', status: 'False' }];
    expect(awaitedIn(podWith({ restartCount: 1 }, starting), at(1))).toHaveLength(1);
    expect(awaitedIn(podWith({ restartCount: 1 }, up), at(1))).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['is up', { started: true }],
    ['has ended', { state: { terminated: {} } }],
    ["is the app's own", { name: 'migrate' }],
  ])('is none that %s', (_, container) => {
    expect(awaitedIn(podWith(container), at(600))).toEqual([]);
  });
});
