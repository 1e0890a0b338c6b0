import { describe, expect, it } from 'vitest';
import { obstacleOf } from '../../src/policy/injectable.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { policy } from './policy.ts';

const requiring = (sidecar: string, settings: object, lock: readonly string[] = ['*']) =>
  obstacleOf(policy('p', { require: [{ sidecar, settings, lock }] }), builtInState.catalog, builtInState);

describe('the API server can inject by itself', () => {
  it.each<[string, object]>([
    ['topz', {}],
    ['https', { secret: 'tls', target: '8080' }],
    ['ambassador', { target: 'db.example.com:5432' }],
  ])('%s', (sidecar, settings) => {
    expect(requiring(sidecar, settings)).toBeUndefined();
  });

  it.each<[string, object, readonly string[], string]>([
    ['topz', { port: '21999' }, ['port'], 'topz has settings that others may change: lock is not ["*"]'],
    ['git', { repo: 'https://git.example.com/a.git' }, ['*'], 'git changes containers of the app'],
    ['ambassador', { target: 'db:5432', socket: '/run/db.sock' }, ['*'], 'ambassador changes containers of the app'],
    ['metrics', { for: 'nginx' }, ['*'], 'metrics changes more of the pod than its containers, volumes and files'],
  ])('not %s with %j and lock %j', (sidecar, settings, lock, message) => {
    expect(requiring(sidecar, settings, lock)).toBe(message);
  });

  it('not where one of several sidecars stands against it', () => {
    const both = [
      { sidecar: 'topz', lock: ['*'] },
      { sidecar: 'git', settings: { repo: 'https://git.example.com/a.git' }, lock: ['*'] },
    ];
    expect(obstacleOf(policy('p', { require: both }), builtInState.catalog, builtInState)).toMatch(/^git /);
  });

  it('in the classic form too, but not where the cluster assigns users', () => {
    const topz = policy('p', { require: [{ sidecar: 'topz', lock: ['*'] }] });
    expect(obstacleOf(topz, classicState.catalog, classicState)).toBeUndefined();
    const assigning = { ...builtInState, cluster: { ...builtInState.cluster, assignsUsers: true } };
    expect(obstacleOf(topz, assigning.catalog, assigning)).toBe('topz gets its user from the cluster');
  });
});
