// Annotations of workloads on a real node: each kind gets its sidecar and loses it again, whoever writes the workload.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { appSpec } from '../pieces/app.ts';
import { openSite } from '../pieces/http.ts';
import { inNamespace } from '../pieces/place.ts';
import { podsOf } from '../pieces/pods.ts';
import { isReady, type Pod, statusesOf } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { widget, widgetDefinition } from '../pieces/widget.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const sleeping = 'exec sleep 3600';
const topz = 'sidecar.io/topz=true';

/** A workload called `web`, as an author writes it. */
function workload(kind: string, spec: object = {}) {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: appSpec(sleeping) };
  return {
    ...{ apiVersion: 'apps/v1', kind, metadata: { name: 'web' } },
    spec: { ...spec, selector: { matchLabels: labels }, template },
  };
}

function job(spec: object = {}) {
  const template = { spec: { ...appSpec('sleep 1'), restartPolicy: 'Never' } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'web' }, spec: { ...spec, template } };
}

/** kubectl in a namespace. */
function kubectlIn(namespace: string) {
  const done = (...args: string[]) => target.kubectl(['-n', namespace, ...args]);
  const said = (...args: string[]) => target.run(['-n', namespace, ...args]);
  const field = (object: string, path: string) => done('get', object, '-o', `jsonpath={${path}}`);
  return { done, said, field };
}

const hasTopz = ({ spec }: Pod) => spec.initContainers?.some(({ name }) => name === 'sidecar-topz') === true;

/** All pods of the namespace are Ready, those on their way out are gone, and they have the sidecar or have it not. */
const untilPods = (namespace: string, injected: boolean) =>
  until(
    `the pods in ${namespace} are Ready ${injected ? 'with' : 'without'} topz`,
    async () => {
      const { items } = await target.get<{ items: Pod[] }>('pods', '-n', namespace);
      const isDone = items.length > 0 && items.every((pod) => isReady(pod) && hasTopz(pod) === injected);
      return isDone ? items : undefined;
    },
    { seconds: 240 },
  );

describe.concurrent('kubectl annotate', { timeout: 900_000 }, () => {
  it.each([
    ['deployment', workload('Deployment', { replicas: 1 })],
    ['statefulset', workload('StatefulSet', { replicas: 1, serviceName: 'web' })],
    ['daemonset', workload('DaemonSet')],
  ])('rolls a %s, whose new pod has topz, and back to the template that it had', (kind, manifest) =>
    inNamespace(target, `e2e-annotate-${kind}`, async (namespace) => {
      const { done, field } = kubectlIn(namespace);
      await target.apply(namespace, manifest);
      await untilPods(namespace, false);
      const before = await field(`${kind}/web`, '.spec.template');
      await done('annotate', kind, 'web', topz);
      const [pod] = await untilPods(namespace, true);
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
      await untilPods(namespace, false);
      expect(await field(`${kind}/web`, '.spec.template')).toBe(before);
      if (kind === 'deployment')
        expect((await done('get', 'replicasets', '-o', 'name')).trim().split('\n')).toHaveLength(2);
    }),
  );

  it('gives the next Job of a CronJob its topz, and a Job only before it starts', () =>
    inNamespace(target, 'e2e-annotate-jobs', async (namespace) => {
      const { done, said, field } = kubectlIn(namespace);
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
      expect(stderr).toContain('The pod template of a Job cannot change after its start, so this has no effect');
    }));

  it('reaches the pod template of a kind that the chart declares, and nothing is left of it', () =>
    inNamespace(target, 'e2e-annotate-widget', async (namespace) => {
      const { done, field } = kubectlIn(namespace);
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
        await untilPods(namespace, true);
        await done('annotate', 'widget', 'web', 'sidecar.io/topz-');
        expect(await field('widget/web', '.spec')).toBe(before);
      } finally {
        await done('delete', 'crd', widgetDefinition.metadata.name);
      }
    }));
});

it(
  'edit, restart, undo, an autoscaler and applies without end agree about an annotated Deployment',
  { timeout: 900_000 },
  () =>
    inNamespace(target, 'e2e-workload-clients', async (namespace) => {
      const { done, field } = kubectlIn(namespace);
      const manifest = workload('Deployment', {});
      const carried = () =>
        field('deployment/web', String.raw`.spec.template.metadata.annotations.sidecar\.io/from-workload`);
      const revisions = async () => (await done('get', 'replicasets', '-o', 'name')).trim().split('\n').length;
      const settled = () => done('rollout', 'status', 'deployment/web', '--timeout=240s');
      await target.apply(namespace, manifest);
      await done('annotate', 'deployment', 'web', topz);
      await settled();
      await untilPods(namespace, true);

      const editor = join(target.folder, 'editor.sh');
      writeFileSync(
        editor,
        `#!/bin/sh\nsed -i 's#^    sidecar.io/topz: .*#&\\n    sidecar.io/topz-port: "21999"#' "$1"\n`,
        { mode: 0o755 },
      );
      process.env.KUBE_EDITOR = editor;
      try {
        await done('edit', 'deployment', 'web');
      } finally {
        delete process.env.KUBE_EDITOR;
        rmSync(editor);
      }
      expect(await carried()).toBe('{"topz":"true","topz-port":"21999"}');
      await settled();
      expect(await revisions()).toBe(3);
      await done('rollout', 'undo', 'deployment/web');
      await settled();
      expect([await carried(), await revisions()]).toEqual(['{"topz":"true"}', 3]);
      await done('rollout', 'restart', 'deployment/web');
      await settled();
      expect([await carried(), await revisions()]).toEqual(['{"topz":"true"}', 4]);

      await done('autoscale', 'deployment', 'web', '--min=2', '--max=3');
      await until(
        'the autoscaler asks for two',
        async () => (await field('deployment/web', '.spec.replicas')) === '2' || undefined,
        { seconds: 120 },
      );
      await settled();
      const [template, generation] = [
        await field('deployment/web', '.spec.template'),
        await field('deployment/web', '.metadata.generation'),
      ];
      for (let round = 0; round < 10; round++) {
        await target.apply(namespace, manifest);
        await sleep(500);
      }
      expect(await field('deployment/web', '.spec.template')).toBe(template);
      expect(await field('deployment/web', '.metadata.generation')).toBe(generation);
      expect(await revisions()).toBe(4);
    }),
);
