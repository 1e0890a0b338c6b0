import type { Mention } from './gather.ts';

/** The name of an instance in its pod: its containers and volumes have it, or begin with it. */
export function idOf({ template, instance }: Pick<Mention, 'template' | 'instance'>): string {
  return `sidecar-${template.name}${instance === '' ? '' : `-${instance}`}`;
}

/** True for the names that containers and volumes of an instance can have. */
export function isOf(id: string, name: string): boolean {
  return name === id || name.startsWith(`${id}-`);
}
