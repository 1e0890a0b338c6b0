// Templates of a tenant that are meant to cost much: as much of one thing as is still accepted.
import type { Json } from '../../src/core/json.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import type { Template } from '../../src/template/template.ts';

const described = { description: 'x' };
const parameters = [
  { name: 'on', type: 'boolean', activates: true, required: true, ...described },
  { name: 'p', type: 'string', default: 'x', ...described },
  { name: 'l', type: 'list', default: 'x', ...described },
];

/** The longest values that the parameters take. */
const longest = { p: 'a'.repeat(4096), l: Array.from({ length: 200 }, (_, i) => `${i}`.padEnd(19, 'x')).join() };

const expressions = [
  'params.p',
  'params.l.map(i, i + ":443").join(",")',
  'params.l.exists(i, i in params.l && i == "x")',
  'params.l.filter(i, i.split("x").size() > 9).join("")',
  'string(params.l.exists_one(i, params.p.lastIndexOf("aab") == 5))',
  'params.p.split("").map(c, c == "a" ? "b" : c).join("")',
  'pod.containers.map(c, c.name).join(",")',
  'pod.metadata.annotations.map(k, k).join(",")',
  'pod.metadata.labels.map(k, k + params.p).join(",")',
  'params.p.lowerAscii().trim().substring(1).split("a").join("b")',
  'params.l.map(i, {"a": i, "b": [i, i]}).map(m, m.a).join(",")',
];

type Part = (count: number, expression: string) => object;
const base = { name: '${ instance.id }', securityContext: { runAsUser: 1000 } };
const items = <T>(count: number, item: (i: number) => T) => Array.from({ length: count }, (_, i) => item(i));

/** Where a template can hold many expressions. */
const parts: Readonly<Record<string, Part>> = {
  args: (count, e) => ({ containers: [{ ...base, args: items(count, () => `\${ ${e} }`) }] }),
  env: (count, e) => ({
    containers: [{ ...base, env: items(count, (i) => ({ name: `V${i}`, value: `\${ ${e} }` })) }],
  }),
  containers: (count, e) => ({
    containers: items(count, (i) => ({ ...base, name: `\${ instance.id }-${i}`, args: [`\${ ${e} }`] })),
  }),
  files: (count, e) => ({ containers: [base], files: items(count, (i) => ({ name: `f${i}`, text: `\${ ${e} }` })) }),
  validations: (count, e) => ({
    containers: [base],
    validations: items(count, () => ({ rule: `\${ string(${e}) != "q" }`, parameter: 'p', message: 'x', fix: 'x' })),
  }),
  defaults: (count, e) => ({
    containers: [base],
    parameters: [
      ...parameters,
      ...items(count, (i) => ({ name: `d${i}`, type: 'string', default: `\${ ${e} }`, ...described })),
    ],
  }),
  patterns: (count, e) => ({
    containers: [base],
    parameters: [
      ...parameters,
      ...items(count, (i) => ({ name: `d${i}`, type: 'string', pattern: `(a|b.{${e.length}})*x?`, ...described })),
    ],
  }),
  volumes: (count) => ({
    containers: [base],
    volumes: items(count, (i) => ({ name: `\${ instance.id }-${i}`, emptyDir: {} })),
  }),
};

/** Much of what needs no expression. */
const constants: Readonly<Record<string, (count: number) => object>> = {
  annotations: (count) => ({
    containers: [base],
    annotations: Object.fromEntries(items(count, (i) => [`example.com/a${i}`, 'x'])),
  }),
  ports: (count) => ({ containers: [{ ...base, ports: items(count, (i) => ({ containerPort: 1025 + i })) }] }),
  'ports that parameters set': (count) => ({
    containers: [{ ...base, ports: items(count, (i) => ({ containerPort: 20_000 + i })) }],
    parameters: [
      ...parameters,
      ...items(60, (i) => ({ name: `d${i}`, type: 'port', default: 20_000 + i, ...described })),
    ],
  }),
  'mounts of the sample': (count) => ({
    containers: [{ ...base, volumeMounts: items(count, (i) => ({ name: 'sidecar-demo-files', mountPath: `/m${i}` })) }],
    files: [{ name: 'a', text: 'b' }],
  }),
  'sources of a volume': (count) => ({
    containers: [base],
    volumes: [
      { name: '${ instance.id }', projected: { sources: items(count, (i) => ({ secret: { name: `a${i}` } })) } },
    ],
  }),
  'variables and mounts of the app': (count) => ({
    containers: [base],
    volumes: [{ name: '${ instance.id }', emptyDir: {} }],
    env: items(Math.min(count, 64), (i) => ({ name: `V\${ instance.name }${i}`, value: 'x' })),
    mounts: items(Math.min(count, 32), (i) => ({ name: '${ instance.id }', mountPath: `/\${ instance.id }/${i}` })),
  }),
};

/** A template that holds as much as is accepted, and what compiling the largest refused one took (processor time). */
export interface Heaviest {
  readonly label: string;
  readonly template: Template;
  readonly compileMilliseconds: number;
}

/** For each kind of part and expression, the template with the most of them that is accepted, if any is. */
export function* heaviestTemplates(): Generator<Heaviest> {
  const all = [
    ...Object.entries(parts).map(([part, spec]) => [part, spec, expressions] as const),
    ...Object.entries(constants).map(([part, spec]) => [part, spec, ['constant']] as const),
  ];
  for (const [part, spec, each] of all) {
    for (const expression of each) {
      let compileMilliseconds = 0;
      const compiled = (count: number): Template | undefined => {
        const before = process.cpuUsage();
        const result = compileTemplate(document(spec(count, expression)));
        const { user, system } = process.cpuUsage(before);
        compileMilliseconds = Math.max(compileMilliseconds, (user + system) / 1000);
        return 'problems' in result ? undefined : result;
      };
      let accepted: Template | undefined;
      for (let step = 2048, count = 0; step >= 1; step /= 2) {
        const next = compiled(count + step);
        if (!next) continue;
        accepted = next;
        count += step;
      }
      if (accepted) yield { label: `${part}: ${expression}`, template: accepted, compileMilliseconds };
    }
  }
}

function document(spec: object): object {
  return {
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'SidecarTemplate',
    metadata: { name: 'demo', namespace: 'default' },
    spec: { summary: 'x', failurePolicy: 'Ignore', image: 'x', parameters, ...spec },
  };
}

/**
 * A pod that asks for as many instances of the template `demo` as it can, with the longest values, and many labels and
 * containers.
 */
export function podOfDemo(): Json {
  const annotations: Record<string, string> = {};
  for (let i = 0; i < 30; i++) {
    const instance = i === 0 ? '' : `.i${i}`;
    annotations[`sidecar.io/demo-on${instance}`] = 'true';
    for (const [name, value] of Object.entries(longest)) annotations[`sidecar.io/demo-${name}${instance}`] = value;
  }
  const labels = Object.fromEntries(items(500, (i) => [`example.com/l${i}`, 'x']));
  return {
    metadata: { labels, annotations },
    spec: { containers: items(100, (i) => ({ name: `c${i}`, image: 'x' })) },
  };
}
