// Whoever writes an annotated Deployment, its pods keep their sidecar, and no ReplicaSet is made twice.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inNamespace } from '../pieces/place.ts';
import { until } from '../pieces/until.ts';
import { kubectlIn, topz, untilPods, workload } from '../pieces/workloads.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();

describe.concurrent('an annotated Deployment', { timeout: 900_000 }, () => {
  it('edit, restart, undo, an autoscaler and applies without end agree', () =>
    inNamespace(target, 'e2e-workload-clients', async (namespace) => {
      const { done, field } = kubectlIn(target, namespace);
      const manifest = workload('Deployment', {});
      const carried = () =>
        field('deployment/web', String.raw`.spec.template.metadata.annotations.sidecar\.io/from-workload`);
      const revisions = async () => (await done('get', 'replicasets', '-o', 'name')).trim().split('\n').length;
      const settled = () => done('rollout', 'status', 'deployment/web', '--timeout=240s');
      await target.apply(namespace, manifest);
      await done('annotate', 'deployment', 'web', topz);
      await settled();
      await untilPods(target, namespace, true);

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
        { seconds: 300 },
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

      for (const manager of ['kubectl', 'kustomize-controller']) {
        const way = ['--server-side', '--force-conflicts', `--field-manager=${manager}`];
        const applied = () => target.kubectl(['apply', '-n', namespace, ...way, '-f', '-'], JSON.stringify(manifest));
        // The first time, kubectl writes its own annotation anew.
        await applied();
        const first = await field('deployment/web', '.metadata.generation');
        await applied();
        expect(await field('deployment/web', '.metadata.generation'), manager).toBe(first);
      }
      expect(await field('deployment/web', '.spec.template')).toBe(template);
      expect(await revisions()).toBe(4);
    }));

  it('upgrades of a Helm release leave it alone', () =>
    inNamespace(target, 'e2e-workload-helm', async (namespace) => {
      const { done, field } = kubectlIn(target, namespace);
      const chart = join(target.folder, 'released');
      mkdirSync(join(chart, 'templates'), { recursive: true });
      writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: released\nversion: 1.0.0\n');
      writeFileSync(join(chart, 'templates', 'web.yaml'), JSON.stringify(workload('Deployment')));
      await target.helm('install', 'released', chart, '-n', namespace, '--wait', '--timeout', '240s');
      await done('annotate', 'deployment', 'web', topz);
      await untilPods(target, namespace, true);
      const template = await field('deployment/web', '.spec.template');
      for (let round = 0; round < 3; round++)
        await target.helm('upgrade', 'released', chart, '-n', namespace, '--wait', '--timeout', '240s');
      expect(await field('deployment/web', '.spec.template')).toBe(template);
      expect((await done('get', 'replicasets', '-o', 'name')).trim().split('\n')).toHaveLength(2);
    }));
});
