// A repository that asks who one is: the credentials come from a Secret of the pod's namespace.
import { describe, expect, it } from 'vitest';
import { appPod, serving } from '../pieces/app.ts';
import { createRepository, reader } from '../pieces/git-server.ts';
import { openSite } from '../pieces/http.ts';
import { inNamespace } from '../pieces/place.ts';
import { podsOf, readyPod } from '../pieces/pods.ts';
import { statusesOf } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();

const secret = (type: string, stringData: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'credentials' },
  type,
  stringData,
});

async function plant(namespace: string, credentials: object, further: Readonly<Record<string, string>>): Promise<void> {
  const repository = await createRepository(target, namespace, 'private');
  await repository.commit({ 'index.html': 'for readers only' });
  const annotations = {
    'sidecar.io/git-repo': repository.url,
    'sidecar.io/git-path': '/site',
    'sidecar.io/git-secret': 'credentials',
    ...further,
  };
  await target.apply(namespace, credentials, appPod('reader', annotations, serving('/site')));
}

async function expectServed(namespace: string): Promise<void> {
  const site = await openSite(target, await readyPod(target, namespace), 8080);
  try {
    expect((await site.get('/')).body).toBe('for readers only');
  } finally {
    site.close();
  }
}

describe.concurrent('a private repository', () => {
  it.each([
    ['native', {}],
    ['classic', { 'sidecar.io/git-native': 'false' }],
  ])('is read with a Secret of type kubernetes.io/basic-auth (%s)', (form, further) =>
    inNamespace(target, `e2e-private-${form}`, async (namespace) => {
      await plant(namespace, secret('kubernetes.io/basic-auth', reader), further);
      await expectServed(namespace);
    }),
  );

  it('is read with a token and sidecar.io/git-username', () =>
    inNamespace(target, 'e2e-private-token', async (namespace) => {
      const further = { 'sidecar.io/git-username': reader.username };
      await plant(namespace, secret('Opaque', { password: reader.password }), further);
      await expectServed(namespace);
    }));

  it('keeps the app from starting without content when the password is wrong, and says so in the log', () =>
    inNamespace(target, 'e2e-private-wrong', async (namespace) => {
      await plant(namespace, secret('kubernetes.io/basic-auth', { ...reader, password: 'guess' }), {});
      const log = ['logs', '-n', namespace, 'reader', '-c', 'sidecar-git'];
      const look = async () => /error syncing repo/.test(await target.kubectl(log)) || undefined;
      await until('the sidecar complains', look, { seconds: 180 });
      const [pod] = await podsOf(target, namespace);
      const app = pod && statusesOf(pod).find(({ name }) => name === 'app');
      expect(app?.state.waiting).toMatchObject({ reason: 'PodInitializing' });
      expect(await target.kubectl(log), 'the password stays out of the log').not.toContain('guess');
    }));
});
