// What the controller of a StatefulSet adds to its pods, before the webhook sees them.

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Json } from '../../src/core/json.ts';
import { inject as injectPod } from '../../src/engine/inject.ts';
import { builtInState } from '../engine/state.ts';
import { inject, run } from './run.ts';

const stateful = (annotations: string, volumes = '') => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  volumeClaimTemplates:
    - metadata: { name: www }
      spec: { accessModes: [ReadWriteOnce] }
  template:
    metadata:
      annotations:
${annotations}
    spec:
      containers:
        - name: web
          image: web
          volumeMounts:
            - { name: www, mountPath: /srv/www, readOnly: true }
${volumes}`;

const git = '        sidecar.io/git-repo: https://h/r.git\n        sidecar.io/git-path: /srv/www/html';
const serve = '        sidecar.io/serve-path: /srv/www';

/**
 * The kind of the webhook's outcome for the pod that the controller makes, with its volumes at the end as in the
 * template.
 */
function webhookFor(text: string): string {
  const { template } = parse(text).spec;
  const claim = { name: 'www', persistentVolumeClaim: { claimName: 'www-web-0' } };
  const others = (template.spec.volumes ?? []).filter(({ name }: { name: string }) => name !== 'www');
  const pod = { ...template, spec: { ...template.spec, volumes: [...others, claim] } };
  return injectPod({ pod: pod as Json, namespace: 'default' }, builtInState).kind;
}

describe('a claim template of a StatefulSet', () => {
  it.each([
    ['mounted read-only above the path of git', git],
    ['that serve uses', serve],
  ])('is a volume of its pods: one %s', (_, annotations) => {
    for (const volumes of [
      '',
      '      volumes: []\n',
      '      volumes:\n        - { name: other, emptyDir: {} }\n',
      '      volumes:\n        - { name: www, configMap: { name: x } }\n',
    ]) {
      const before = stateful(annotations, volumes);
      expect(webhookFor(before)).toBe('Injected');
      const { code, stdout, stderr } = inject(before);
      expect([code, stderr]).toEqual([0, `statefulset/web: ${annotations === git ? 'git' : 'serve'} injected\n`]);
      const { volumes: after } = parse(stdout).spec.template.spec;
      const names = (after as { name: string }[]).map(({ name }) => name);
      expect(names.includes('www'), 'the manifest gets no volume for the claim').toBe(volumes.includes('www'));
      expect(names.includes('sidecar-serve'), 'serve uses the claim').toBe(false);
      expect(inject(stdout).stdout).toBe(stdout);
      expect(parse(run(['uninject', '-f', '-'], { stdin: stdout }).stdout).spec.template.spec.volumes ?? []).toEqual(
        parse(before).spec.template.spec.volumes ?? [],
      );
    }
  });
});
