import type { Json, JsonObject } from '../api/json.ts';
import { objectsOf } from '../api/json.ts';
import type { ParameterDeclaration } from '../api/template.ts';
import { firstLine } from './expression.ts';
import type { Fragment } from './fragment.ts';
import type { Parameter } from './parameter.ts';
import type { Scope } from './scope.ts';
import type { Template } from './template.ts';
import type { TreeFlaw } from './tree.ts';
import type { Value } from './values/value.ts';

const samples: Readonly<Record<ParameterDeclaration['type'], string>> = {
  string: 'sample',
  integer: '1',
  boolean: 'true',
  port: '20000',
  duration: '30s',
  quantity: '64Mi',
  path: '/sample',
  url: 'https://example.com/sample',
  enum: '',
  list: 'sample',
};

/** Renders the template with sample values, native and classic, and says what of the result could never be part of a pod. */
export function sampleFlaws(template: Template): TreeFlaw[] {
  for (const native of [true, false]) {
    const flaws = flawsOf(template, native);
    if (flaws.length > 0) return flaws;
  }
  return [];
}

function flawsOf(template: Template, native: boolean): TreeFlaw[] {
  try {
    const scope = sampleScope(template, native);
    for (const validation of template.validations) validation.holds(scope);
    return fragmentFlaws(template.render(scope), scope.instance.id);
  } catch (error) {
    return [
      {
        path: ['spec'],
        sentence: `rendered with sample values (${native ? 'native' : 'classic'} form): ${firstLine(error)}`,
      },
    ];
  }
}

/** A scope as a pod would give it that sets just the required parameters. */
export function sampleScope(template: Template, native: boolean): Scope {
  const params: { [field: string]: Value } = {};
  const { name } = template;
  const scope: Scope = {
    params,
    instance: { id: `sidecar-${name}`, name: '', sidecar: name, native },
    cluster: { version: '1.36.0' },
    injector: { version: '0.0.0', image: 'example.com/sidecar-injector:0.0.0' },
  };
  const all = [...template.parameters.values()];
  for (const parameter of all.filter(({ declaration }) => declaration.required))
    params[parameter.field] = sampleOf(parameter);
  for (const parameter of all) params[parameter.field] ??= null;
  for (const parameter of all)
    if (!parameter.declaration.required) params[parameter.field] = parameter.defaultValue(scope);
  return scope;
}

/** A value that a required parameter could have. Throws when its declaration gives no usable one; compiling checks that. */
export function sampleOf(parameter: Parameter): Value {
  const { type, example, values, min } = parameter.declaration;
  const text = example ?? values?.[0] ?? min ?? samples[type];
  const read = parameter.read(text);
  if ('mistake' in read) throw new Error(`parameter ${parameter.name} needs an example: ${read.mistake.sentence}`);
  return read.value;
}

function fragmentFlaws(fragment: Fragment, id: string): TreeFlaw[] {
  const flaws: TreeFlaw[] = [];
  const say = (place: string, sentence: string) => flaws.push({ path: ['spec', place], sentence });
  const containers = [...fragment.initContainers, ...fragment.containers];
  for (const name of duplicates(containers)) say('containers', `two containers are called ${name}`);
  for (const name of duplicates(fragment.volumes)) say('volumes', `two volumes are called ${name}`);
  for (const [place, list] of [
    ['containers', containers],
    ['volumes', fragment.volumes],
  ] as const) {
    for (const { name } of list) {
      const ours = typeof name === 'string' && (name === id || name.startsWith(`${id}-`));
      if (!ours)
        say(place, `the name ${JSON.stringify(name)} must be \${ instance.id }, or begin with it and a hyphen`);
    }
  }
  for (const container of containers) {
    for (const [field, value] of textsOf(container)) {
      if (typeof value !== 'string')
        say('containers', `${field} has ${JSON.stringify(value)}, where only text can be: put it between quotes`);
    }
  }
  flaws.push(...environmentFlaws(fragment.env));
  const volumes = new Set(fragment.volumes.map(({ name }) => name));
  const mounts = [...containers.flatMap((container) => objectsOf(container.volumeMounts)), ...fragment.mounts];
  for (const { name, mountPath } of mounts) {
    if (!volumes.has(name)) say('volumes', `the volume ${JSON.stringify(name)} is mounted, but not declared`);
    if (typeof mountPath !== 'string') say('mounts', `the mount of ${JSON.stringify(name)} has no mountPath`);
  }
  return flaws;
}

/** The name of an environment variable as every version of Kubernetes takes it. */
const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function environmentFlaws(env: Fragment['env']): TreeFlaw[] {
  const sentences = [
    ...duplicates(env).map((name) => `the variable ${name} is there twice`),
    ...env
      .filter(({ name }) => typeof name !== 'string' || !variableName.test(name))
      .map(({ name }) => `${JSON.stringify(name ?? null)} is not the name of an environment variable`),
    ...textsOf({ env })
      .filter(([, value]) => typeof value !== 'string')
      .map(([, value]) => `a variable has ${JSON.stringify(value)}, where only text can be: put it between quotes`),
  ];
  return sentences.map((sentence) => ({ path: ['spec', 'env'], sentence }));
}

/** What of a container the API server takes only as a string, though a template easily gives a number there. */
function textsOf({ command, args, env }: JsonObject): (readonly [string, Json])[] {
  const items = (list: Json | undefined) => (Array.isArray(list) ? list : []);
  return [
    ...items(command).map((value) => ['command', value] as const),
    ...items(args).map((value) => ['args', value] as const),
    ...objectsOf(env).flatMap(({ value }) => (value === undefined ? [] : [['env', value] as const])),
  ];
}

function duplicates(objects: readonly JsonObject[]): unknown[] {
  const names = objects.map(({ name }) => name);
  return names.filter((name, i) => names.indexOf(name) !== i);
}
