import type { ParameterDeclaration } from '../language/parameter-declaration.ts';
import type { TemplateSpec } from './schema.ts';

/** The parameters that every sidecar has. A template sets only their defaults. */
export function commonParameters(
  spec: Pick<TemplateSpec, 'image' | 'resources' | 'mounts' | 'env'>,
): ParameterDeclaration[] {
  const { image, resources, mounts, env } = spec;
  const common: ParameterDeclaration[] = [
    {
      name: 'image',
      type: 'string',
      description: 'The image of the sidecar.',
      default: image,
      pattern: '[a-zA-Z0-9][a-zA-Z0-9._:/@-]*',
      hint: 'the name of an image',
      maxLength: 512,
      example: 'registry.example.com/mirror/sidecar:1.2.3',
    },
    {
      name: 'cpu',
      type: 'quantity',
      description: 'CPU that is reserved for the sidecar.',
      default: resources.cpu,
      min: '1m',
    },
    {
      name: 'memory',
      type: 'quantity',
      description: 'Memory that is reserved for the sidecar.',
      default: resources.memory,
      min: '1Mi',
    },
    limit('cpu-limit', 'CPU that the sidecar may use at most.', resources.cpuLimit, '1m'),
    limit('memory-limit', 'Memory that the sidecar may use at most.', resources.memoryLimit, '4Mi'),
    {
      name: 'native',
      type: 'enum',
      values: ['auto', 'true', 'false'],
      default: 'auto',
      description: 'Run as native sidecar (an init container that keeps running): "auto" where the cluster can.',
    },
  ];
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

function limit(name: string, description: string, value: string | undefined, min: string): ParameterDeclaration {
  return { name, type: 'quantity', description, min, ...(value === undefined ? {} : { default: value }) };
}

/** Where a parameter is declared: the default of a common parameter comes from a field of the template. */
export function declarationPath(
  { parameters }: Pick<TemplateSpec, 'parameters'>,
  name: string,
  key: string,
): (string | number)[] {
  const i = parameters.findIndex((parameter) => parameter.name === name);
  if (i >= 0) return ['spec', 'parameters', i, key];
  return name === 'image'
    ? ['spec', 'image']
    : ['spec', 'resources', name === 'cpu-limit' ? 'cpuLimit' : name === 'memory-limit' ? 'memoryLimit' : name];
}
