// What is said of the findings of an audit, and what to do about them.
import { describe, expect, it } from 'vitest';
import { type Finding, isFixedByRestart } from '../../src/engine/audit/finding.ts';
import { changeWords, findingWords } from '../../src/engine/audit/words.ts';

const pods = {
  ...{ title: 'pod/web-1', namespace: 'shop' },
  live: { owner: { title: 'deployment/web', kind: 'Deployment' } },
};
const restart = 'Run kubectl rollout restart deployment/web -n shop.';
const image = (name: string) => ({ container: `sidecar-${name}`, from: `${name}:1`, to: `${name}:2` });
const problem = (n: number, path = `path${n}`) => ({
  ...{ code: 'bad-port' as const, path },
  ...{ message: `Message ${n}.`, fix: `Fix ${n % 2}.` },
});

describe('a finding', () => {
  it.each<[string, Finding, string, string]>([
    [
      'missing',
      { kind: 'missing', sidecar: 'topz', source: "metadata.annotations['sidecar.io/topz']", was: false },
      "It was created without topz, which metadata.annotations['sidecar.io/topz'] asks for.",
      restart,
    ],
    [
      'removed',
      { kind: 'missing', sidecar: 'topz', source: 'x', was: true },
      'sidecar.io/status says that the injector added topz, and it is not there: another webhook removed it.',
      `Find it with kubectl get mutatingwebhookconfigurations, and exclude these pods there. ${restart}`,
    ],
    [
      'outdated',
      { kind: 'outdated', sidecar: 'git', images: [] },
      'git is out of date: its template, a setting or the injector has changed since.',
      restart,
    ],
    [
      'outdated, with other images',
      { kind: 'outdated', sidecar: 'git', images: [image('git'), image('topz')] },
      'git is out of date: its template, a setting or the injector has changed since (sidecar-git: git:1, today git:2; sidecar-topz: topz:1, today topz:2).',
      restart,
    ],
    [
      'with another image',
      { kind: 'image', sidecar: 'git', images: [image('git')] },
      'The image of git was changed after injection, by hand or by another webhook (sidecar-git: git:1, today git:2).',
      restart,
    ],
    [
      'changed',
      { kind: 'changed', sidecar: 'git', fields: ['sidecar-git.args', 'sidecar-git.env'] },
      'sidecar-git.args, sidecar-git.env: changed after injection.',
      restart,
    ],
    ['that nothing asks for', { kind: 'extra', sidecar: 'git' }, 'Nothing asks for git any more.', restart],
    [
      'that the API server leaves out',
      { kind: 'unreached', sidecar: 'git' },
      'A new pod would not get git: the API server does not call the injector for it.',
      'Run sidecar explain deployment/web -n shop to see what leaves it out.',
    ],
    [
      'that is refused',
      { kind: 'refused', problems: [problem(1), problem(2, '')] },
      'A new pod would be refused: path1: Message 1. [bad-port] Message 2. [bad-port]',
      'Fix 1. Fix 0.',
    ],
  ])('%s', (_, finding, cause, fix) => {
    expect(findingWords(finding, pods)).toEqual({ cause, fix });
    expect(isFixedByRestart(finding)).toBe(finding.kind !== 'refused' && finding.kind !== 'unreached');
  });

  it('of a pod without an owner names the pod', () => {
    const { fix } = findingWords({ kind: 'unreached', sidecar: 'git' }, { title: 'pod/one', namespace: 'shop' });
    expect(fix).toBe('Run sidecar explain pod/one -n shop to see what leaves it out.');
  });

  it.each([
    [20, ''],
    [21, ' And 1 more.'],
  ])('of %i problems names 20, and how many more there are', (count, rest) => {
    const problems = Array.from({ length: count }, (_, i) => problem(i));
    const { cause, fix } = findingWords({ kind: 'refused', problems }, pods);
    expect(cause.endsWith(`path19: Message 19. [bad-port]${rest}`)).toBe(true);
    expect(fix, 'each advice once').toBe('Fix 0. Fix 1.');
  });
});

describe('a change', () => {
  const settings = [
    { parameter: 'port', from: '1', to: '2' },
    { parameter: 'cpu', from: null, to: '1' },
    { parameter: 'memory', from: '1Gi', to: null },
  ];
  it.each([
    ['that adds', { kind: 'added', sidecar: 'git', source: 'x' }, 'A new pod would get git, which x asks for.'],
    ['that removes', { kind: 'removed', sidecar: 'git' }, 'A new pod would not get git any more.'],
    [
      'of settings and images',
      { kind: 'changed', sidecar: 'git', settings, images: [image('git')] },
      'A new pod would get another git: port: 1 → 2; cpu: not set → 1; memory: 1Gi → not set; image of sidecar-git: git:1 → git:2.',
    ],
    [
      'of the template',
      { kind: 'changed', sidecar: 'git', settings: [], images: [] },
      'A new pod would get another git: its template has changed.',
    ],
    ['that admits', { kind: 'admitted' }, 'A new pod would no longer be refused.'],
  ] as const)('%s is said, and there is nothing to do', (_, change, cause) => {
    expect(changeWords(change)).toEqual({ cause, fix: '' });
  });

  it('that refuses says what to write instead', () => {
    expect(changeWords({ kind: 'refused', problems: [problem(1)] })).toEqual({
      ...{ cause: 'A new pod would be refused: path1: Message 1. [bad-port]', fix: 'Fix 1.' },
    });
  });
});
