// Users and groups of sidecars: of the template, of an annotation, or assigned by the cluster.
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import type { State } from '../../src/state/state.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { addedAt, outcomeFor, stateWith } from '../merge/sidecars.ts';

const assigned = (state: State): State => ({ ...state, cluster: { ...state.cluster, assignsUsers: true } });
const context = { runAsUser: 7, runAsGroup: 8 };
const demo = stateWith({ demo: { containers: [{ name: '${ instance.id }', securityContext: context }] } });

function usersFor(state: State, settings: Record<string, string> = {}) {
  const annotations = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`sidecar.io/demo-${key}`, value]),
  );
  const [[container]] = addedAt(outcomeFor(state, {}, { annotations }), '/spec/initContainers') as [[JsonObject]];
  const { runAsUser, runAsGroup, runAsNonRoot } = container.securityContext as JsonObject;
  expect(runAsNonRoot).toBe(true);
  return [runAsUser, runAsGroup];
}

describe('the user and the group of a sidecar', () => {
  it('are those of the template, unless an annotation sets them', () => {
    expect(usersFor(demo)).toEqual([7, 8]);
    expect(usersFor(demo, { user: '1000' })).toEqual([1000, 8]);
    expect(usersFor(demo, { group: '0' })).toEqual([7, 0]);
    expect(usersFor(demo, { user: '1000', group: '2000' })).toEqual([1000, 2000]);
  });

  it('are left out where the cluster assigns them, unless an annotation sets them', () => {
    expect(usersFor(assigned(demo))).toEqual([undefined, undefined]);
    expect(usersFor(assigned(demo), { user: '1000' })).toEqual([1000, undefined]);
    expect(usersFor(assigned(demo), { group: '2000' })).toEqual([undefined, 2000]);
  });

  it.each(['0', '-1', 'root', '2147483648'])('a user %j is refused', (user) => {
    const outcome = outcomeFor(demo, {}, { annotations: { 'sidecar.io/demo-user': user } });
    expect(outcome).toMatchObject({ kind: 'Refused', problems: [{ code: 'bad-integer' }] });
  });
});

const turnedOn: Readonly<Record<string, Record<string, string>>> = {
  ambassador: { 'ambassador-target': 'db:5432' },
  config: { 'config-configmaps': 'c', 'config-signal': 'HUP', 'config-process': 'nginx' },
  git: { 'git-repo': 'https://h/r.git' },
  https: { 'https-secret': 's', 'https-target': '8080' },
  logs: { 'logs-files': '/var/log/app/*.log' },
  metrics: { 'metrics-for': 'redis' },
  serve: { 'serve-path': '/srv/www' },
  topz: { topz: 'true' },
};

describe.each([
  ['native', builtInState],
  ['classic', classicState],
] as const)('%s sidecars of the catalog', (_, state) => {
  it.each(builtInState.catalog.templates.map(({ name }) => name))(
    '%s names no user where the cluster assigns them',
    (name) => {
      const annotations = Object.fromEntries(
        Object.entries(turnedOn[name] ?? {}).map(([key, value]) => [`sidecar.io/${key}`, value]),
      );
      const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web' }] } } as Json;
      const text = (of: State) => JSON.stringify(inject({ pod, namespace: 'shop' }, of));
      expect(text(assigned(state))).toContain(`"sidecar-${name}"`);
      expect(text(assigned(state))).not.toMatch(/runAs(User|Group)/);
      if (name !== 'config') expect(text(state)).toMatch(/"runAsUser":\d+,"runAsGroup":\d+/);
    },
  );
});
