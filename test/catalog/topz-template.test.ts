import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { readCommand } from '../../src/programs/kit/command.ts';
import { hostCheck } from '../../src/programs/topz/http/hosts.ts';
import { topz } from '../../src/programs/topz/settings.ts';
import { builtInState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';

interface Spec {
  readonly initContainers: readonly {
    readonly args: readonly string[];
    readonly ports: readonly object[];
    readonly volumeMounts?: readonly object[];
  }[];
  readonly volumes?: readonly object[];
}

function woven(settings: Record<string, string>): Spec {
  const annotations = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`sidecar.io/${key}`, value]));
  const pod: JsonObject = { metadata: { annotations }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
  const outcome = inject({ pod, namespace: 'default' }, builtInState);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return apply(outcome.patch, pod).spec as unknown as Spec;
}

const all = {
  'topz-period': '500ms',
  'topz-mask': 'arguments',
  'topz-secret': 'token',
  'topz-base-path': '/pods/web',
  'topz-hosts': 'topz.example.com,*.example.org',
};

describe("topz' command line", () => {
  it.each([{}, all, { 'topz-mask': 'off' }])('is one that the program takes: %o', (settings) => {
    const [container] = woven({ topz: 'true', ...settings }).initContainers;
    expect(readCommand(topz, container?.args ?? [])).toHaveProperty('settings');
  });

  it('answers to Services by itself, and to the names that the annotation gives', () => {
    const answersTo = (settings: Record<string, string>) => {
      const parsed = readCommand(topz, woven({ topz: 'true', ...settings }).initContainers[0]?.args ?? []);
      const check = hostCheck('settings' in parsed ? parsed.settings.hosts : []);
      const names = [
        'web',
        'web.shop.svc',
        'web.shop.svc.cluster.local',
        'topz.example.com',
        'a.example.org',
        'evil.test',
      ];
      return names.filter(check);
    };
    const services = ['web', 'web.shop.svc', 'web.shop.svc.cluster.local'];
    expect(answersTo({})).toEqual(services);
    expect(answersTo(all)).toEqual([...services, 'topz.example.com', 'a.example.org']);
  });

  it('leaves the port of a further instance without a name, which could be too long for Kubernetes', () => {
    const [container] = woven({ 'topz.observability': 'true' }).initContainers;
    expect(container).toMatchObject({ ports: [{ containerPort: 21080 }] });
    expect(Object.keys(container?.ports[0] ?? {})).not.toContain('name');
    expect(woven({ topz: 'true' }).initContainers[0]).toMatchObject({ ports: [{ name: 'topz' }] });
  });

  const inPlaceOfToken = { name: 'sidecar-topz-sa', downwardAPI: {} };
  it('has the token from the Secret that is named, and no volume without one', () => {
    expect(woven({ topz: 'true' }).volumes).toEqual([inPlaceOfToken]);
    const { initContainers, volumes } = woven({ topz: 'true', ...all });
    expect(initContainers[0]?.args).toContain('--token-file=/secret/token');
    expect(initContainers[0]?.volumeMounts).toEqual([
      { name: 'sidecar-topz-secret', mountPath: '/secret', readOnly: true },
      { name: 'sidecar-topz-sa', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    ]);
    expect(volumes).toEqual([
      { name: 'sidecar-topz-secret', secret: { secretName: 'token', defaultMode: 0o444 } },
      inPlaceOfToken,
    ]);
  });
});
