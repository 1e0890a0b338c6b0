import type { Json, JsonObject } from '../core/json.ts';
import { objectsOf } from '../core/json.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { quoted } from '../language/types/value.ts';
import type { Fragment } from './fragment.ts';

/** What of a fragment could never be part of a pod; `id` is that of the instance. */
export function fragmentProblems(fragment: Fragment, id: string): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const say = (place: string, message: string) => problems.push({ path: ['spec', place], message });
  const containers = [...fragment.initContainers, ...fragment.containers];
  for (const name of duplicates(containers)) say('containers', `two containers are called ${name}`);
  for (const name of duplicates(fragment.volumes)) say('volumes', `two volumes are called ${name}`);
  for (const [place, list] of [
    ['containers', containers],
    ['volumes', fragment.volumes],
  ] as const) {
    for (const { name } of list) {
      const ours = typeof name === 'string' && (name === id || name.startsWith(`${id}-`));
      if (ours && !label.test(name))
        say(place, `the name ${quoted(name)} is no DNS label: at most 63 lower case letters, digits and hyphens`);
      if (!ours)
        say(place, `the name ${JSON.stringify(name)} must be \${ instance.id }, or begin with it and a hyphen`);
    }
  }
  for (const container of containers) {
    for (const [field, value] of textsOf(container)) {
      if (typeof value !== 'string')
        say(
          'containers',
          `${field} has ${JSON.stringify(value).slice(0, 60)}, where only text can be: put it between quotes`,
        );
    }
  }
  problems.push(...environmentProblems(fragment.env, 'env'));
  for (const { env } of containers) problems.push(...environmentProblems(objectsOf(env), 'containers'));
  const volumes = new Set(fragment.volumes.map(({ name }) => name));
  const mounts = [...containers.flatMap((container) => objectsOf(container.volumeMounts)), ...fragment.mounts];
  for (const { name, mountPath } of mounts) {
    if (!volumes.has(name)) say('volumes', `the volume ${JSON.stringify(name)} is mounted, but not declared`);
    if (typeof mountPath !== 'string') say('mounts', `the mount of ${JSON.stringify(name)} has no mountPath`);
  }
  return problems;
}

/** The name of a container or a volume. Source: RFC 1123. */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The name of an environment variable as every version of Kubernetes takes it. */
const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function environmentProblems(env: Fragment['env'], place: string): TemplateProblem[] {
  const messages = [
    ...duplicates(env).map((name) => `the variable ${name} is there twice`),
    ...env
      .filter(({ name }) => typeof name !== 'string' || !variableName.test(name))
      .map(({ name }) => `${JSON.stringify(name ?? null)} is not the name of an environment variable`),
    ...textsOf({ env })
      .filter(([, value]) => typeof value !== 'string')
      .map(([, value]) => `a variable has ${JSON.stringify(value)}, where only text can be: put it between quotes`),
  ];
  return messages.map((message) => ({ path: ['spec', place], message }));
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
