// An app that keeps its files in a volume of its own, as one with a read-only root file system has to.
import { describe, expect, it } from 'vitest';
import { readExample } from '../pieces/example.ts';
import { openSite } from '../pieces/http.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod } from '../pieces/pods.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();

describe.concurrent('a volume that the app has', () => {
  it('is what serve serves and what logs ships, and no other one is mounted there', () =>
    inNamespace(target, 'e2e-app-volume', async (namespace) => {
      const { template } = readExample('serve.yaml', '', { 'sidecar.io/logs-files': '/var/log/*.html' });
      const { containers, ...rest } = template.spec as { readonly containers: [{ readonly securityContext: object }] };
      const [app] = containers;
      const mounts = [{ name: 'own', mountPath: '/var/log' }];
      const readOnly = { ...app.securityContext, readOnlyRootFilesystem: true };
      const spec = {
        ...rest,
        containers: [{ ...app, securityContext: readOnly, volumeMounts: mounts }],
        volumes: [{ name: 'own', emptyDir: {} }],
      };
      const metadata = { ...template.metadata, name: 'producer' };
      await target.apply(namespace, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
      const pod = await readyPod(target, namespace);
      const folders = pod.spec.containers.map(({ volumeMounts = [] }) => volumeMounts.slice(0, 1));
      expect(folders).toMatchObject([mounts]);

      const site = await openSite(target, pod, 21081);
      try {
        const line = await until('the page has a line', async () => (await site.get('/')).body.trim() || undefined, {
          seconds: 180,
        });
        const shipped = () => target.kubectl(['logs', '-n', namespace, 'producer', '-c', 'sidecar-logs']);
        await until('the line is shipped', async () => (await shipped()).includes(line) || undefined, { seconds: 180 });
      } finally {
        site.close();
      }
    }));
});
