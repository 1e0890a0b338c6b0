// A service mesh that redirects traffic before its proxy runs.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { outcomeFor, stateWith } from './sidecars.ts';

const git = { 'sidecar.io/git-repo': 'https://h/r.git' };
const web = { name: 'web' };

function codes(spec: object, annotations: object = git, state = builtInState): readonly string[] {
  const outcome = inject({ pod: { metadata: { annotations }, spec } as unknown as Json, namespace: 'shop' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return outcome.warnings.map(({ code, sidecar, message }) => `${code} ${sidecar} ${message}`);
}

describe('git beside a mesh', () => {
  it.each([
    ['istio-init', 'istio-proxy'],
    ['istio-validation', 'istio-proxy'],
    ['linkerd-init', 'linkerd-proxy'],
    ['linkerd-network-validator', 'linkerd-proxy'],
    ['consul-connect-inject-init', 'consul-dataplane'],
    ['kuma-init', 'kuma-sidecar'],
  ])('is warned about %s, unless %s runs first', (init, proxy) => {
    const classic = { containers: [web, { name: proxy }], initContainers: [{ name: 'other' }, { name: init }] };
    for (const state of [builtInState, classicState])
      expect(codes(classic, git, state)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^mesh-starts-later git spec\\.initContainers\\[1\\]: ${init} redirects traffic to ${proxy}, .*Let the mesh run its proxy as a native sidecar`,
          ),
        ),
      ]);
    const native = { containers: [web], initContainers: [{ name: init }, { name: proxy, restartPolicy: 'Always' }] };
    expect(codes(native)).toEqual([]);
    const first = { ...git, 'sidecar.io/git-container': init };
    expect(codes(classic, first), 'before the redirect').toEqual([]);
  });

  it('does not concern sidecars that need no network, nor pods without a mesh', () => {
    const classic = { containers: [web, { name: 'istio-proxy' }], initContainers: [{ name: 'istio-init' }] };
    expect(codes(classic, { 'sidecar.io/topz': 'true' })).toEqual([]);
    expect(codes({ containers: [web] })).toEqual([]);
    expect(codes({ containers: [web], initContainers: [{ name: 'setup' }] })).toEqual([]);
  });

  it('is cured by the user of the proxy', () => {
    const state = stateWith({ demo: { needsNetwork: true } });
    const spec = { initContainers: [{ name: 'istio-init' }] };
    expect(outcomeFor(state, spec)).toMatchObject({
      warnings: [{ message: expect.stringContaining('or set sidecar.io/demo-user: "1337"') }],
    });
    expect(outcomeFor(state, spec, { annotations: { 'sidecar.io/demo-user': '1337' } })).toMatchObject({
      warnings: [],
    });
  });
});
