import { isNameOf } from '../core/instance.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isObject, objectsOf } from '../core/json.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { quoted } from '../language/types/value.ts';
import type { Fragment } from './fragment.ts';
import type { TemplateSpec } from './schema.ts';
import { placeOfContainer, placeOfMount, placeOfVolume } from './written-place.ts';

/** What makes a fragment of this template unusable in any pod. `id` is the id of the instance. */
export function fragmentProblems(fragment: Fragment, id: string, spec: TemplateSpec): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const add = (field: string, message: string) => problems.push({ path: ['spec', field], message });
  const containers = [...fragment.initContainers, ...fragment.containers];
  for (const name of duplicates(containers)) add('containers', `two containers are named ${name}`);
  for (const name of duplicates(fragment.volumes)) add('volumes', `two volumes are named ${name}`);
  for (const [placeOf, list] of [
    [placeOfContainer, containers],
    [placeOfVolume, fragment.volumes],
  ] as const)
    for (const { name } of list) {
      const message = nameProblem(name, id);
      if (message !== undefined) problems.push({ path: placeOf(spec, name, id), message });
    }
  for (const container of containers) {
    for (const message of [...contextProblems(container), ...repeated(container)]) add('containers', message);
    for (const [field, value] of textsOf(container)) {
      if (typeof value !== 'string')
        add(
          'containers',
          `${field} contains ${JSON.stringify(value).slice(0, 60)}, which must be a string: put it in quotes`,
        );
    }
  }
  problems.push(
    ...environmentProblems(
      fragment.env.map(({ variable }) => variable),
      'env',
    ),
  );
  for (const { env } of containers) problems.push(...environmentProblems(objectsOf(env), 'containers'));
  const volumes = new Set(fragment.volumes.map(({ name }) => name));
  const mounts = [...containers.flatMap((container) => objectsOf(container.volumeMounts)), ...fragment.mounts];
  for (const { name } of mounts)
    if (!volumes.has(name)) {
      const message = `the volume ${JSON.stringify(name)} is mounted but not declared`;
      problems.push({ path: placeOfMount(spec, name, id), message });
    }
  return problems;
}

/** The name of a container or a volume shows whose it is. */
function nameProblem(name: Json | undefined, id: string): string | undefined {
  if (typeof name !== 'string' || !isNameOf(id, name))
    return `the name ${JSON.stringify(name)} must be \${ instance.id }, or start with it and a hyphen`;
  if (label.test(name)) return undefined;
  return `the name ${quoted(name)} is not a DNS label (at most 63 lower case letters, digits and hyphens)`;
}

/** What a container can have only once. Source: Kubernetes, `ValidateVolumeMounts` and `validateContainerPorts`. */
function repeated({ name, volumeMounts, ports }: JsonObject): string[] {
  const paths = objectsOf(volumeMounts).map(({ mountPath }) => ({ name: mountPath ?? null }));
  const named = objectsOf(ports).filter((port) => port.name != null);
  return [
    ...duplicates(paths).map((path) => `the container ${name} has two mounts at ${path}`),
    ...duplicates(named).map((port) => `the container ${name} has two ports named ${port}`),
  ];
}

/**
 * Fields of a security context that contradict each other, often because one of them is a default of the injector.
 * Source: Kubernetes, `ValidateSecurityContext`; kubelet, `verifyRunAsNonRoot`.
 */
function contextProblems({ name, securityContext }: JsonObject): string[] {
  if (!isObject(securityContext)) return [];
  const { privileged, allowPrivilegeEscalation, capabilities, runAsUser, runAsNonRoot } = securityContext;
  const added = isObject(capabilities) && Array.isArray(capabilities.add) ? capabilities.add : [];
  const escalating = privileged === true ? 'privileged: true' : added.includes('CAP_SYS_ADMIN') && 'CAP_SYS_ADMIN';
  const problems: string[] = [];
  if (escalating && allowPrivilegeEscalation === false)
    problems.push(`the container ${name} has ${escalating}: add allowPrivilegeEscalation: true, which it needs`);
  if (runAsUser === 0 && runAsNonRoot === true)
    problems.push(`the container ${name} has runAsUser: 0: add runAsNonRoot: false, which it needs`);
  return problems;
}

/** The name of a container or a volume. Source: RFC 1123. */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A name of an environment variable that every version of Kubernetes accepts. */
const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function environmentProblems(env: readonly JsonObject[], field: string): TemplateProblem[] {
  const messages = [
    ...duplicates(env).map((name) => `the variable ${name} is declared twice`),
    ...env
      .filter(({ name }) => typeof name !== 'string' || !variableName.test(name))
      .map(({ name }) => `${JSON.stringify(name ?? null)} is not a valid name of an environment variable`),
    ...textsOf({ env })
      .filter(([, value]) => typeof value !== 'string')
      .map(
        ([, value]) => `a variable has the value ${JSON.stringify(value)}, which must be a string: put it in quotes`,
      ),
  ];
  return messages.map((message) => ({ path: ['spec', field], message }));
}

/** The values of a container that must be strings, but easily become numbers in YAML or in an expression. */
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
