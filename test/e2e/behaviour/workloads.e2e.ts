// Annotations of workloads on a real node: each kind gets its sidecar and loses it again.
import { describe, expect, it } from 'vitest';
import { appSpec } from '../pieces/app.ts';
import { openSite } from '../pieces/http.ts';
import { inNamespace } from '../pieces/place.ts';
import { podsOf } from '../pieces/pods.ts';
import { statusesOf } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { widget, widgetDefinition } from '../pieces/widget.ts';
import { hasTopz, kubectlIn, sleeping, topz, untilPods, workload } from '../pieces/workloads.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();

function job(spec: object = {}) {
  const template = { spec: { ...appSpec('sleep 1'), restartPolicy: 'Never' } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'web' }, spec: { ...spec, template } };
}

describe.concurrent('kubectl annotate', { timeout: 900_000 }, () => {
  it.each([
    ['deployment', workload('Deployment', { replicas: 1 })],
    ['statefulset', workload('StatefulSet', { replicas: 1, serviceName: 'web' })],
    ['daemonset', workload('DaemonSet')],
  ])('rolls a %s, whose new pod has topz, and back to the template that it had', (kind, manifest) =>
    inNamespace(target, `e2e-annotate-${kind}`, async (namespace) => {
      const { done, field } = kubectlIn(target, namespace);
      await target.apply(namespace, manifest);
      await untilPods(target, namespace, false);
      const before = await field(`${kind}/web`, '.spec.template');
      await done('annotate', kind, 'web', topz);
      const [pod] = await untilPods(target, namespace, true);
      if (!pod) throw new Error('there is no pod');
      expect(statusesOf(pod).find(({ name }) => name === 'sidecar-topz')).toMatchObject({ ready: true });
      const site = await openSite(target, pod, 21080);
      try {
        await until('topz shows the app', async () => (await site.get('/topz')).body.includes('sleep') || undefined, {
          seconds: 180,
        });
      } finally {
        site.close();
      }
      await done('annotate', kind, 'web', 'sidecar.io/topz-');
      await untilPods(target, namespace, false);
      expect(await field(`${kind}/web`, '.spec.template')).toBe(before);
      if (kind === 'deployment')
        expect((await done('get', 'replicasets', '-o', 'name')).trim().split('\n')).toHaveLength(2);
    }),
  );

  it('gives the next Job of a CronJob its topz, and a Job only before it starts', () =>
    inNamespace(target, 'e2e-annotate-jobs', async (namespace) => {
      const { done, said, field } = kubectlIn(target, namespace);
      const podOf = async (name: string) => {
        await done('wait', '--for=condition=Complete', `job/${name}`, '--timeout=240s');
        return (await podsOf(target, namespace)).find(({ metadata }) => metadata.name.startsWith(`${name}-`));
      };
      const cron = { schedule: '0 0 1 1 *', jobTemplate: { spec: job().spec } };
      await target.apply(namespace, { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'web' }, spec: cron });
      const before = await field('cronjob/web', '.spec.jobTemplate');
      await done('annotate', 'cronjob', 'web', topz);
      await done('create', 'job', 'nightly', '--from=cronjob/web');
      expect(await podOf('nightly')).toSatisfy(hasTopz);
      await done('annotate', 'cronjob', 'web', 'sidecar.io/topz-');
      expect(await field('cronjob/web', '.spec.jobTemplate')).toBe(before);

      await target.apply(namespace, job({ suspend: true }));
      const suspended = await field('job/web', '.spec.template');
      await done('annotate', 'job', 'web', topz);
      await done('annotate', 'job', 'web', 'sidecar.io/topz-');
      expect(await field('job/web', '.spec.template')).toBe(suspended);
      await done('annotate', 'job', 'web', topz);
      await done('patch', 'job', 'web', '-p', '{"spec":{"suspend":false}}');
      expect(await podOf('web')).toSatisfy(hasTopz);
      const { code, stderr } = await said('annotate', 'job', 'web', 'sidecar.io/topz-');
      expect(code).toBe(0);
      expect(stderr).toContain(
        'The pod template of a Job cannot change once the Job has started, so these annotations have no effect',
      );
    }));

  it('reaches the pod template of a kind that the chart declares, and nothing is left of it', () =>
    inNamespace(target, 'e2e-annotate-widget', async (namespace) => {
      const { done, field } = kubectlIn(target, namespace);
      await target.apply('default', widgetDefinition);
      await done('wait', '--for=condition=Established', `crd/${widgetDefinition.metadata.name}`, '--timeout=180s');
      try {
        await target.apply(namespace, widget(appSpec(sleeping)));
        const before = await field('widget/web', '.spec');
        await done('annotate', 'widget', 'web', topz);
        const template = JSON.parse(await field('widget/web', '.spec.pods.template'));
        expect(template.metadata.annotations).toEqual({ 'sidecar.io/from-workload': '{"topz":"true"}' });
        // What its operator would make of it.
        await target.apply(namespace, {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { ...template.metadata, name: 'web-0' },
          spec: template.spec,
        });
        await untilPods(target, namespace, true);
        await done('annotate', 'widget', 'web', 'sidecar.io/topz-');
        expect(await field('widget/web', '.spec')).toBe(before);
      } finally {
        await done('delete', 'crd', widgetDefinition.metadata.name);
      }
    }));
});
