// What a tenant could try to keep the injector busy, to fill its memory, or to get around what is looked at.
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/language/scope.ts';
import { pathText } from '../../src/language/template-problem.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { sampleScope } from '../../src/template/sample.ts';
import type { Template } from '../../src/template/template.ts';

const described = { description: 'x' };
const parameters = [
  { name: 'p', type: 'string', default: 'x', ...described },
  { name: 'l', type: 'list', default: 'x', ...described },
];

function tenants(spec: object, kind = 'SidecarTemplate'): object {
  const container = { name: '${ instance.id }', securityContext: { runAsUser: 1000 } };
  return {
    apiVersion: 'sidecar.io/v1alpha1',
    kind,
    metadata: { name: 'demo', namespace: 'shop' },
    spec: { summary: 'x', failurePolicy: 'Ignore', image: 'x', parameters, containers: [container], ...spec },
  };
}

function problems(spec: object, kind?: string): string[] {
  const compiled = compileTemplate(tenants(spec, kind));
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
  ])('is refused before it is evaluated: %s', (_, expression) => {
    const found = problems(says(`\${ ${expression} }`));
    expect(found).toEqual([expect.stringMatching(/^spec\.containers\[0\]\.args\[0\]: .*at most 1048576:/)]);
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

describe('loops', () => {
  const loops = [
    'params.l.map(i, i + ":443").join(",")',
    'params.l.exists(i, i in params.l && i == "x")',
    'params.l.filter(i, i.split("x").size() > 9).join("")',
    'string(params.l.exists_one(i, params.p.lastIndexOf("aab") == 5))',
    'params.p.split("").map(c, c == "a" ? "b" : c).join("")',
  ];

  it.each(loops)('in 40 arguments are refused: %s', (loop) => {
    expect(problems(says(...Array(40).fill(`\${ ${loop} }`)))).toEqual([
      expect.stringMatching(/^spec\.containers\[0\]\.args\[\d+\]: .*units of work.*at most 1048576: /),
    ]);
  });

  it.each(loops)(
    'in as many arguments as are allowed take less than 100 ms for as many instances as are allowed: %s',
    (loop) => {
      const filled = (count: number) => says(...Array(count).fill(`\${ ${loop} }`));
      const refused = Array.from({ length: 41 }, (_, count) => count).find(
        (count) => problems(filled(count)).length > 0,
      );
      const allowed = (refused ?? 0) - 1;
      expect(allowed).toBeGreaterThan(0);
      const compiled = compileTemplate(tenants(filled(allowed)));
      if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
      const scope = sampleScope(compiled, false);
      const l = Array.from({ length: 200 }, (_, i) => `${i}`.padEnd(81, 'x'));
      const worst = { ...scope, params: { ...scope.params, l, p: 'a'.repeat(4096) } };
      const instances = Math.min(32, Math.floor((16 * 1024 * 1024) / compiled.work));
      const milliseconds = Array.from({ length: 3 }, () => {
        const before = process.cpuUsage().user;
        for (let i = 0; i < instances; i++) rendered(compiled, worst);
        return (process.cpuUsage().user - before) / 1000;
      });
      expect(Math.min(...milliseconds)).toBeLessThan(100);
    },
  );
});

/** Renders, or stops where that gives more text than a template of a namespace can bring. */
function rendered(template: Template, scope: Scope): void {
  try {
    template.render(scope);
  } catch (error) {
    expect(String(error)).toContain('131072 characters of text');
  }
}

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

  it.each<[string, object, string]>([
    ['of 484 steps', { type: 'string', pattern: '.*a.{480}' }, 'lower maxLength'],
    ['of a list', { type: 'list', pattern: '.*a.{60}' }, 'lower repeat counts'],
    ['of 25 steps', { type: 'string', pattern: '.*a.{20}', maxLength: 1000 }, 'lower maxLength'],
    ['of alternatives', { type: 'string', pattern: '(.*a.|.*b..|.*c...|.*d....)' }, 'lower maxLength'],
  ])('that take many steps for the longest value are refused: %s', (_, declared, advice) => {
    const found = problems({ parameters: [{ name: 'a', ...declared, ...described }] });
    expect(found).toEqual([expect.stringMatching(`^spec\\.parameters\\[0\\]\\.pattern: .*steps.*${advice}`)]);
  });

  it('that take many steps for the longest values together are refused', () => {
    const declared = { type: 'string', pattern: '[a-z]{1,63}', maxLength: 63, ...described };
    const named = (many: number) => ({
      parameters: Array.from({ length: many }, (_, i) => ({ name: `p${i}`, ...declared })),
    });
    expect(problems(named(2))).toEqual([]);
    expect(problems(named(3))).toEqual([expect.stringMatching(/^spec\.parameters\[2\]\.pattern: /)]);
  });

  it('as people need them are allowed', () => {
    const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
    const short = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
    const fitting = [
      { type: 'string', pattern: label, maxLength: 63 },
      { type: 'string', pattern: `${short}(\\.${short})*`, maxLength: 253 },
      { type: 'string', pattern: '([0-9]{1,3}\\.){3}[0-9]{1,3}', maxLength: 15 },
      { type: 'string', pattern: '((a+)+)+b' },
      { type: 'string', pattern: '[A-Za-z_][A-Za-z0-9_]*=[A-Za-z0-9_.:/@+-]+' },
      { type: 'list', pattern: short },
    ];
    expect(problems({ parameters: fitting.map((each, i) => ({ name: `p${i}`, ...each, ...described })) })).toEqual([]);
  });

  it.each([
    ['.*a.{480}', 33],
    ['.*a.{20}', 655],
    ['.*a.{7}', 4096],
  ])('that are just allowed take less than 100 ms for 32 instances of the worst values: %s', (pattern, maxLength) => {
    const declared = { name: 'p', type: 'string', pattern, maxLength, ...described };
    expect(problems({ parameters: [declared] })).toEqual([]);
    expect(problems({ parameters: [{ ...declared, pattern: `${pattern}a`, maxLength: maxLength * 4 }] })).not.toEqual(
      [],
    );
    const compiled = RE2JS.compile(pattern);
    const values = Array.from({ length: 32 }, (_, i) => scattered(maxLength, i + 1));
    for (const value of values) compiled.matches(value);
    const milliseconds = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage().user;
      for (const value of values) compiled.matches(value);
      return (process.cpuUsage().user - before) / 1000;
    });
    expect(Math.min(...milliseconds)).toBeLessThan(100);
  });
});

describe('values', () => {
  const ports = (count: number) => Array.from({ length: count }, (_, i) => ({ containerPort: 1025 + i }));
  const annotated = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, 'x']));
  const secured = { name: '${ instance.id }', securityContext: { runAsUser: 1000 } };

  it.each([
    ['annotations', { annotations: annotated(1025) }],
    ['ports', { containers: [{ ...secured, ports: ports(1025) }] }],
    ['arguments', says(...Array(1025).fill('x'))],
    [
      'mounts by the name of the first instance',
      {
        files: [{ name: 'a', text: 'b' }],
        containers: [
          {
            ...secured,
            volumeMounts: ports(600).map(({ containerPort }) => ({
              name: 'sidecar-demo-files',
              mountPath: `/${containerPort}`,
            })),
          },
        ],
      },
    ],
  ])('in a number that takes long for 32 instances are refused: %s', (_, spec) => {
    expect(problems(spec)).toEqual([
      expect.stringMatching(/a template of a namespace can bring 1024 values, and this one brings \d+$/),
    ]);
    expect(problems(spec, 'ClusterSidecarTemplate')).toEqual([]);
  });

  it('are counted for each pod too', () => {
    const template = compileTemplate(
      tenants({
        containers: [{ ...secured, ports: '${ params.l.map(i, {"containerPort": 1, "name": i, "protocol": "TCP"}) }' }],
      }),
    );
    if ('problems' in template) throw new Error(JSON.stringify(template.problems));
    const scope = sampleScope(template, true);
    const rendered = (count: number) =>
      template.render({ ...scope, params: { ...scope.params, l: Array.from({ length: count }, (_, i) => `p${i}`) } });
    expect(rendered(300).initContainers).toHaveLength(1);
    expect(() => rendered(400)).toThrow('can bring 1024 values, and this one brings 12');
  });

  it('as people need them are allowed', () => {
    const spec = { annotations: annotated(300), containers: [{ ...secured, ports: ports(300) }] };
    expect(problems(spec)).toEqual([]);
  });

  it('that are not allowed are named once each, the first ten of them', () => {
    const keys = Array.from({ length: 12 }, (_, i) => `a${i}.istio.io/x`);
    const [found = ''] = problems({ annotations: Object.fromEntries(keys.map((key) => [key, 'x'])) });
    expect(found).toMatch(/a9\.istio\.io\/x is not allowed and 2 more$/);
    const mount = (path: string) => ({ name: '${ instance.id }-x', mountPath: path });
    const own = { containers: [{ ...secured, volumeMounts: [mount('/a'), mount('/b')] }] };
    expect(problems(own)[0]?.match(/is not declared/g)).toHaveLength(1);
  });
});

/** `a` and `b` in an order that makes an automaton meet ever new states. */
function scattered(length: number, seed: number): string {
  let state = seed * 2654435761;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 31 ? 'a' : 'b';
  };
  return Array.from({ length }, next).join('');
}

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
