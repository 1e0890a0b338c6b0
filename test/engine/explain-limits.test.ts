import { expect, it } from 'vitest';
import type { InjectedSidecar } from '../../src/core/outcome.ts';
import { limitsFix } from '../../src/engine/explain/causes/limits.ts';

const sidecar = (name: string): InjectedSidecar => ({
  ...{ name, template: name.split('.')[0] ?? '', hash: '', native: true, source: '', containers: [] },
});

it.each([
  [
    'maximum memory usage per Container is 8Mi, but limit is 64Mi',
    'Lower sidecar.io/git-memory-limit, and sidecar.io/git-memory where it is higher,',
  ],
  ['maximum cpu usage per Container is 1, but request is 2', 'Lower sidecar.io/git-cpu,'],
  ['maximum cpu usage per Container is 1.  No limit is specified', 'Set sidecar.io/git-cpu-limit,'],
  ['minimum memory usage per Container is 128Mi, but request is 64Mi', 'Raise sidecar.io/git-memory,'],
  ['minimum memory usage per Container is 128Mi, but limit is 64Mi', 'Raise sidecar.io/git-memory-limit,'],
  ['minimum cpu usage per Container is 1500m.  No request is specified', 'Set sidecar.io/git-cpu,'],
  [
    'memory max limit to request ratio per Container is 2, but provided ratio is 8.000000',
    'Raise sidecar.io/git-memory or lower sidecar.io/git-memory-limit,',
  ],
  [
    'cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0',
    'Set sidecar.io/git-cpu-limit,',
  ],
  [
    '[minimum memory usage per Container is 1Gi, but request is 64Mi, minimum memory usage per Container is 1Gi, but request is 1Mi, maximum ephemeral-storage usage per Container is 1Gi, but limit is 2Gi]',
    'Raise sidecar.io/git-memory, and lower sidecar.io/git-ephemeral-storage-limit, and sidecar.io/git-ephemeral-storage where it is higher,',
  ],
  [
    'spec.initContainers[0].resources.requests: Invalid value: "10m": must be less than or equal to cpu limit of 5m',
    'Lower sidecar.io/git-cpu or set sidecar.io/git-cpu-limit,',
  ],
  ['maximum example.com/gpu usage per Container is 1, but limit is 2', 'Correct what the message names,'],
])('%s', (text, way) => {
  const prefix = 'pods "git-5" is forbidden: ';
  expect(limitsFix(`${prefix}${text}`, [sidecar('git')])).toBe(`${way} or change the LimitRange.`);
});

it('the annotations are those of each sidecar of the pod', () => {
  const text = 'minimum memory usage per Container is 128Mi, but request is 64Mi';
  expect(limitsFix(text, [sidecar('topz'), sidecar('git.docs')])).toBe(
    'Raise sidecar.io/topz-memory or sidecar.io/git-memory.docs, or change the LimitRange.',
  );
  expect(limitsFix(text, [])).toBe('Raise sidecar.io/SIDECAR-memory, or change the LimitRange.');
});
