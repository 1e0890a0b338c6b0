import { isObject, type JsonObject } from '../core/json.ts';
import { fieldName } from '../language/parameter.ts';
import type { ParameterDeclaration } from '../language/parameter-declaration.ts';
import type { TemplateSpec } from './schema.ts';

/**
 * The name of an image, with its tag and a digest that containerd checks.
 * Source: https://github.com/distribution/reference/blob/main/reference.go
 */
const imageName = [
  '([a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]+)?/)?',
  '[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*)*',
  '(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})?',
  '(@sha(256:[0-9a-f]{64}|512:[0-9a-f]{128}))?',
].join('');

/** The parameters that every sidecar has. A template sets only their defaults. */
export function commonParameters(
  spec: Pick<TemplateSpec, 'image' | 'resources' | 'volumes' | 'mounts' | 'env'>,
): ParameterDeclaration[] {
  const { image, resources, volumes, mounts, env } = spec;
  const common: ParameterDeclaration[] = [
    {
      name: 'image',
      type: 'string',
      description: 'The image of the sidecar.',
      default: image,
      pattern: imageName,
      hint: 'the name of an image',
      maxLength: 512,
      example: 'registry.example.com/mirror/sidecar:1.2.3',
    },
    amount('cpu', 'CPU that is reserved for the sidecar.', resources.cpu, '1m'),
    amount('memory', 'Memory that is reserved for the sidecar.', resources.memory, '1Mi'),
    amount(
      'ephemeral-storage',
      'Disk space of the node that is reserved for the sidecar.',
      resources.ephemeralStorage,
      '1Mi',
    ),
    amount('cpu-limit', 'CPU that the sidecar may use at most.', resources.cpuLimit, '1m'),
    amount('memory-limit', 'Memory that the sidecar may use at most.', resources.memoryLimit, '4Mi'),
    amount(
      'ephemeral-storage-limit',
      'Disk space of the node that the sidecar may use at most. Kubernetes evicts a pod that uses more than all limits of its containers together.',
      resources.ephemeralStorageLimit,
      '1Mi',
    ),
    {
      name: 'native',
      type: 'enum',
      values: ['auto', 'true', 'false'],
      default: 'auto',
      description: 'Run as native sidecar (an init container that keeps running): "auto" where the cluster can.',
    },
    id(
      'user',
      '1',
      "The numeric user that the sidecar runs as. To read files that only the app's user can read, or to send it signals, set that user. Default: the user in the template.",
    ),
    id(
      'group',
      '0',
      'The numeric group that the sidecar runs as. To read files that only a group can read, such as those of root with umask 027 (group 0), set that group. Default: the group in the template.',
    ),
  ];
  if (volumes.some(takesSize))
    common.push({
      ...amount('size', 'The size limit of each emptyDir of the sidecar. Kubernetes evicts a pod that writes more.'),
      example: '1Gi',
    });
  if (mounts.length > 0 || env.length > 0) common.push(target(mounts.length > 0 ? 'volume' : 'variables'));
  return common;
}

function target(what: string): ParameterDeclaration {
  return {
    name: 'container',
    type: 'list',
    description: `The app containers that get the ${what}, by name; "*" for all that run together, native sidecars included. If an init container is named, the sidecar starts before it. Default: the default container, else the first.`,
    pattern: '\\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?',
    hint: 'names of containers, or *',
    example: 'web,worker',
  };
}

function amount(name: string, description: string, value?: string, min = '1Ki'): ParameterDeclaration {
  return { name, type: 'quantity', description, min, ...(value === undefined ? {} : { default: value }) };
}

function id(name: string, min: string, description: string): ParameterDeclaration {
  return { name, type: 'integer', description, min, max: '2147483647', example: '1000' };
}

/** True for an emptyDir without a size of its own. */
export function takesSize({ emptyDir }: JsonObject): boolean {
  return emptyDir !== undefined && !(isObject(emptyDir) && emptyDir.sizeLimit !== undefined);
}

/** Where a parameter is declared: the default of a common parameter comes from a field of the template. */
export function declarationPath(
  { parameters }: Pick<TemplateSpec, 'parameters'>,
  name: string,
  key: string,
): (string | number)[] {
  const i = parameters.findIndex((parameter) => parameter.name === name);
  if (i >= 0) return ['spec', 'parameters', i, key];
  return name === 'image' ? ['spec', 'image'] : ['spec', 'resources', fieldName(name)];
}
