// What a platform team does: sidecars for a whole namespace, and a sidecar of its own, on pods that really run.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { appPod } from '../pieces/app.ts';
import { containerNames, containersTried } from '../pieces/dry-run.ts';
import { openSite } from '../pieces/http.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod } from '../pieces/pods.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const sleeping = 'exec sleep 3600';

/** The template that docs/templates.md begins with. */
const greeter = parse(/```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/templates.md', 'utf8'))?.[1] ?? '');

/** Containers that a pod would get, without storing it. */
const tried = (namespace: string, annotations: Readonly<Record<string, string>>) =>
  containersTried(target, namespace, annotations);

/**
 * The namespace's only pod, Ready and with this container. There are two injectors: while one of them does not know yet
 * what the other has shown, a pod may come without, and is created anew.
 */
async function appWith(namespace: string, annotations: Readonly<Record<string, string>>, container: string) {
  const look = async () => {
    await target.apply(namespace, appPod('app', annotations, sleeping));
    if (containerNames(await target.get<Pod>('pod', 'app', '-n', namespace)).includes(container)) return true;
    await target.kubectl(['delete', '-n', namespace, 'pod/app', '--wait=true']);
    return undefined;
  };
  await until(`the pod has ${container}`, look, { seconds: 300 });
  return readyPod(target, namespace);
}

describe.concurrent('a platform team', () => {
  it(
    'gives every pod of a namespace its sidecar by label and annotation; a pod can still say no',
    { timeout: 900_000 },
    () =>
      inNamespace(target, 'e2e-platform-all', async (namespace) => {
        await target.kubectl(['label', 'namespace', namespace, 'sidecar.io/inject=enabled']);
        await target.kubectl(['annotate', 'namespace', namespace, 'sidecar.io/topz=true']);
        const inAll = async () => (await tried(namespace, {})).includes('sidecar-topz') || undefined;
        await until('pods of the namespace get the sidecar', inAll, { seconds: 180 });
        const site = await openSite(target, await appWith(namespace, {}, 'sidecar-topz'), 21080);
        try {
          const look = async () => (await site.get('/topz')).body.includes('sleep') || undefined;
          await until('topz shows the app', look, { seconds: 180 });
        } finally {
          site.close();
        }
        expect(await tried(namespace, { 'sidecar.io/inject': 'false' })).toEqual(['app']);
        expect(await tried(namespace, { 'sidecar.io/topz': 'false' })).toEqual(['app']);
      }),
  );

  it('adds a sidecar of its own with kubectl apply', { timeout: 900_000 }, () =>
    inNamespace(target, 'e2e-platform-own', async (namespace) => {
      await target.apply('default', greeter);
      try {
        const annotations = { 'sidecar.io/greeter-text': 'hello from the platform' };
        const known = async () => (await tried(namespace, annotations)).includes('sidecar-greeter') || undefined;
        await until('the template is in use', known, { seconds: 180 });
        const site = await openSite(target, await appWith(namespace, annotations, 'sidecar-greeter'), 21090);
        try {
          expect((await site.get('/')).body).toBe('hello from the platform');
        } finally {
          site.close();
        }
        const wrong = { ...greeter, spec: { ...greeter.spec, image: '${ nobody.image }' } };
        const refused = await target.run(['apply', '-f', '-'], { stdin: JSON.stringify(wrong) });
        expect(refused.code).toBe(1);
        expect(refused.stderr).toContain('spec');
      } finally {
        await target.kubectl(['delete', 'clustersidecartemplate', greeter.metadata.name]);
      }
    }),
  );
});
