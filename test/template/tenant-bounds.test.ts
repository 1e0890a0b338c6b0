// What a tenant could try to keep the injector busy, to fill its memory, or to get around what is looked at.
import { describe, expect, it } from 'vitest';
import { pathText } from '../../src/language/template-problem.ts';
import { compileTemplate } from '../../src/template/compile.ts';

const described = { description: 'x' };
const parameters = [
  { name: 'p', type: 'string', default: 'x', ...described },
  { name: 'l', type: 'list', default: 'x', ...described },
];

function problems(spec: object, kind = 'SidecarTemplate'): string[] {
  const container = { name: '${ instance.id }', securityContext: { runAsUser: 1000 } };
  const compiled = compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind,
    metadata: { name: 'demo', namespace: 'shop' },
    spec: { summary: 'x', failurePolicy: 'Ignore', image: 'x', parameters, containers: [container], ...spec },
  });
  return 'problems' in compiled ? compiled.problems.map(({ path, message }) => `${pathText(path)}: ${message}`) : [];
}

const says = (...args: string[]) => ({
  containers: [{ name: '${ instance.id }', args, securityContext: { runAsUser: 1000 } }],
});
const patterned = (...patterns: string[]) => ({
  parameters: patterns.map((pattern, i) => ({ name: `p${i}`, type: 'string', pattern, ...described })),
});
/** `params.p`, doubled so many times. */
const doubled = (times: number) => {
  const names = Array.from({ length: times }, (_, i) => `a${i}`);
  const last = names.at(-1) ?? '';
  return names.reduceRight((body, name, i) => {
    const value = i === 0 ? 'params.p' : `a${i - 1}`;
    return `cel.bind(${name}, ${value} + ${value}, ${body})`;
  }, last);
};

describe('text that grows', () => {
  it.each([
    ['by doubling in a chain of loops', `[params.p]${'.map(a, a + a)'.repeat(20)}[0]`],
    ['by doubling in bound names', doubled(11)],
    ['by joining with itself', 'params.p.split("").join(params.p)'],
    ['by a long value for each character', 'params.p.split("").map(c, params.p).join("")'],
    [
      'by a long value for each item, several times',
      `${Array(6).fill('params.l.map(i, params.p + i).join("")').join(' + ')}`,
    ],
    ['by what is read of the pod', 'pod.metadata.labels.map(k, params.p + params.p + k).join("")'],
    ['by hexadecimal notation of the whole', `bytes(${doubled(9)}).hex()`],
  ])('is refused before it is evaluated: %s', (_, expression) => {
    const found = problems(says(`\${ ${expression} }`));
    expect(found).toEqual([expect.stringMatching(/^spec\.containers\[0\]\.args\[0\]: .*at most 4194304:/)]);
  });

  it('is refused where many small expressions come together', () => {
    const found = problems(says(...Array.from({ length: 2000 }, () => '${ params.p + params.p }')));
    expect(found).toEqual([expect.stringMatching(/^spec\.containers\[0\]\.args\[\d+\]: /)]);
  });

  it.each([
    'params.l.map(host, host + ":443").join(",")',
    'params.l.filter(host, host.startsWith("a")).map(host, "--host=" + host).join(" ")',
    'pod.containers.map(each, each.name).join(",")',
    '"team" in pod.metadata.labels ? pod.metadata.labels.team : params.p',
    'cel.bind(name, params.p.lowerAscii().trim(), name + "-" + name)',
    'params.p == "x" ? params.p + "/y" : "/z"',
  ])('is allowed as far as people need it: %s', (expression) => {
    expect(problems(says(...Array.from({ length: 10 }, () => `\${ ${expression} }`)))).toEqual([]);
  });
});

describe('patterns', () => {
  it.each([
    ['(.{0,1000})'.repeat(40)],
    ['(a?){1000}'.repeat(40)],
    ['\\pL{1000}'],
    [...Array.from({ length: 64 }, () => '[a-z]{1,100}')],
  ])('that take many steps are refused: %s', (...patterns) => {
    expect(problems(patterned(...patterns))).toEqual([
      expect.stringMatching(/^spec\.parameters\[\d+\]\.pattern: .*steps/),
    ]);
  });

  it('as people need them are allowed', () => {
    const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
    expect(problems(patterned(`${label}(\\.${label})*`, '((a+)+)+b', '([0-9]{1,3}\\.){3}[0-9]{1,3}'))).toEqual([]);
  });
});

describe('templates of any kind', () => {
  it.each([100, 3000, 20_000])('nested %i levels deep are refused, and do not end the program', (levels) => {
    let value: unknown = 'x';
    for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { a: value };
    for (const kind of ['SidecarTemplate', 'ClusterSidecarTemplate'])
      expect(problems({ volumes: [{ name: '${ instance.id }', csi: value }] }, kind)).toEqual([
        expect.stringMatching(/^spec\.volumes\[0\]\.csi.*: must not be nested more than 50 levels deep$/),
      ]);
  });
});

describe('annotations', () => {
  it.each([
    'container.apparmor.security.beta.kubernetes.io/sidecar-demo',
    'container.seccomp.security.alpha.kubernetes.io/app',
    'seccomp.security.alpha.kubernetes.io/pod',
  ])('do not set a profile: %s', (key) => {
    expect(problems({ annotations: { [key]: 'unconfined' } })).toEqual([
      expect.stringContaining(`the annotation ${key}`),
    ]);
    expect(problems({ annotations: { [key]: 'unconfined' } }, 'ClusterSidecarTemplate')).toEqual([]);
  });
});
