import type { Mention } from './gather.ts';

/** The id of an instance in its pod: the names of its containers and volumes are the id, or begin with it. */
export function idOf({ template, instance }: Pick<Mention, 'template' | 'instance'>): string {
  return `sidecar-${template.name}${instance === '' ? '' : `-${instance}`}`;
}

/** True for a name that a container or a volume of the instance can have. */
export function isOf(id: string, name: string): boolean {
  return name === id || name.startsWith(`${id}-`);
}
