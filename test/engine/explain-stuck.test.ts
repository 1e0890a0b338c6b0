// A pod that does not start because of a sidecar: a volume that cannot be mounted, or a container that never comes up.
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { created, decided, injected, podOf } from './explained.ts';

const https = { 'sidecar.io/https-secret': 'shop-tls', 'sidecar.io/https-target': '8080' };
const config = { 'sidecar.io/config-configmaps': 'shop,nope' };
const git = { 'sidecar.io/git-repo': 'https://git.example.com/site.git' };

interface Stuck {
  readonly annotations: JsonObject;
  readonly message: string;
  readonly count?: number;
  readonly status?: JsonObject;
  readonly about?: string;
  readonly sidecar?: string;
}

function explained({ annotations, message, count = 4, status = {}, about = 'pod/x', sidecar }: Stuck) {
  const pod = podOf('x', annotations);
  const event = { about, reason: 'FailedMount', message, last: created, count };
  return decided({
    ...{ pod, ...(sidecar !== undefined && { sidecar }) },
    live: { stored: { ...injected(pod), status }, events: [event] },
  });
}

const mount = (volume: string, what: string) => `MountVolume.SetUp failed for volume "${volume}" : ${what}`;
const noTls = { annotations: https, message: mount('sidecar-https-secret', 'secret "shop-tls" not found') };

it.each([
  [
    'a Secret that does not exist',
    noTls,
    'No container starts, because the volume sidecar-https-secret of https cannot be mounted: secret "shop-tls" not found.',
    "Create the Secret shop-tls in shop, or correct metadata.annotations['sidecar.io/https-secret']. The kubelet tries again within two minutes.",
  ],
  [
    'one of two ConfigMaps, in a projected volume',
    { annotations: config, message: mount('sidecar-config-source', 'configmap "nope" not found') },
    'No container starts, because the volume sidecar-config-source of config cannot be mounted: configmap "nope" not found.',
    "Create the ConfigMap nope in shop, or correct metadata.annotations['sidecar.io/config-configmaps']. The kubelet tries again within two minutes.",
  ],
  [
    'several objects',
    {
      annotations: { ...config, 'sidecar.io/config-secrets': 'keys' },
      message: mount('sidecar-config-source', '[configmap "nope" not found, secret "keys" not found]'),
    },
    expect.stringMatching(/of config cannot be mounted: \[/),
    "Create the ConfigMap nope and the Secret keys in shop, or correct metadata.annotations['sidecar.io/config-configmaps'] and metadata.annotations['sidecar.io/config-secrets']. The kubelet tries again within two minutes.",
  ],
  [
    'a Secret without the key, of an instance with a name',
    {
      annotations: {
        ...https,
        'sidecar.io/https-secret.b': 'other',
        'sidecar.io/https-target.b': '8081',
        'sidecar.io/https-port.b': '9443',
      },
      message: mount('sidecar-https-b-secret', 'references non-existent secret key: tls.crt'),
    },
    expect.stringMatching(/volume sidecar-https-b-secret of https\.b cannot be mounted/),
    'Add the key tls.crt to the Secret other in shop. The kubelet tries again within two minutes.',
  ],
  [
    'anything else',
    { annotations: https, message: mount('sidecar-https-secret', 'no space left on device') },
    expect.stringMatching(/no space left on device\.$/),
    'Run kubectl describe pod x -n shop, and correct what its Events name.',
  ],
])('%s', (_, stuck, cause, fix) => {
  const decision = explained(stuck);
  expect(decision.verdict).toBe('incomplete');
  expect(decision.cause).toEqual({ family: 'failing', kind: 'not-mounted', cause, fix });
});

it.each([
  ['a pod that was just created', { ...noTls, count: 3 }],
  ['one whose volumes are mounted by now', withCondition('PodReadyToStartContainers')],
  ['one whose containers run', { ...noTls, status: statusWith({ running: {} }) }],
  ['one whose containers have run', { ...noTls, status: statusWith({ terminated: {} }) }],
  ['another pod of the same workload', { ...noTls, about: 'pod/y' }],
  ["a volume of the app's own", { ...noTls, message: mount('tls', 'secret "shop-tls" not found') }],
])('%s is not stuck', (_, stuck) => {
  expect(explained(stuck)).toMatchObject({ verdict: 'complete', cause: undefined });
});

it('a container that waits for its volumes changes nothing', () => {
  const status = statusWith({ waiting: { reason: 'PodInitializing' } });
  expect(explained({ ...noTls, status }).cause).toMatchObject({ kind: 'not-mounted' });
  expect(explained({ ...noTls, sidecar: 'git' }).cause).not.toMatchObject({ kind: 'not-mounted' });
});

it('a container that lacks an object starts as soon as that is there', () => {
  const pod = podOf('x', { ...git, 'sidecar.io/git-secret': 'creds' });
  const failure = (message: string) => ({
    ...{ pod: 'x', container: 'sidecar-git', sidecar: 'git' },
    ...{ reason: 'CreateContainerConfigError', message },
  });
  const fixOf = (message: string) =>
    decided({ pod, live: { stored: injected(pod), failures: [failure(message)] } }).cause?.fix;
  expect(fixOf('secret "creds" not found')).toBe(
    "Create the Secret creds in shop, or correct metadata.annotations['sidecar.io/git-secret'].",
  );
  expect(fixOf("couldn't find key username in Secret shop/creds")).toBe(
    'Add the key username to the Secret creds in shop.',
  );
});

it('a container that does not come up is named with its log', () => {
  const pod = podOf('x', git);
  const failure = { pod: 'x', container: 'sidecar-git', sidecar: 'git', reason: 'Unhealthy', message: 'It has run.' };
  expect(decided({ pod, live: { stored: injected(pod), failures: [failure] } })).toMatchObject({
    verdict: 'incomplete',
    cause: {
      kind: 'awaited',
      cause: 'The pod waits for the container sidecar-git of git. It has run.',
      fix: 'Run kubectl logs x -n shop -c sidecar-git: it says why.',
    },
  });
});

function statusWith(state: JsonObject): JsonObject {
  return { initContainerStatuses: [{ name: 'sidecar-https', state }] };
}

function withCondition(type: string): Stuck {
  return { ...noTls, status: { conditions: [{ type, status: 'True' }] } };
}
