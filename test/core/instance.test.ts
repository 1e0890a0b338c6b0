// The names that follow from a sidecar and its instance.
import { expect, it } from 'vitest';
import { instanceId, instanceName, isNameOf, isSidecarName } from '../../src/core/instance.ts';

it('an instance has its name behind that of the sidecar, and the default instance has none', () => {
  expect([instanceName('git', ''), instanceName('git', 'docs')]).toEqual(['git', 'git.docs']);
  expect([instanceId('git'), instanceId('git', ''), instanceId('git', 'docs')]).toEqual([
    ...['sidecar-git', 'sidecar-git', 'sidecar-git-docs'],
  ]);
});

it.each([
  ['sidecar-git', true],
  ['sidecar-git-init', true],
  ['sidecar-gitea', false],
  ['sidecar', false],
  ['my-sidecar-git', false],
])('%s is a name of the instance sidecar-git: %s', (name, isIts) => {
  expect(isNameOf('sidecar-git', name)).toBe(isIts);
});

it.each([
  ['sidecar-git', true],
  ['sidecar', false],
  ['sidecars-git', false],
  ['my-sidecar-git', false],
])('%s begins as the names of sidecars do: %s', (name, does) => {
  expect(isSidecarName(name)).toBe(does);
});
