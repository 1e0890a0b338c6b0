import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Json } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import type { State } from '../../src/state/state.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';

const page = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');

/** A state whose catalog has the template that a section of docs/templates.md shows, too. */
export function stateOfSection(heading: string): State {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const template = compileTemplate(parse(/```yaml\n(apiVersion[\s\S]*?)```/.exec(section)?.[1] ?? ''));
  if ('problems' in template) throw new Error(JSON.stringify(template.problems));
  return { ...builtInState, catalog: buildCatalog([...builtInState.catalog.templates, template]).catalog };
}

/** The pod after the injection, and that a second call changes nothing. */
export function woven<T extends Json>(pod: T, state: State): T {
  const outcome = inject({ pod, namespace: 'default' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const after = apply(outcome.patch, pod);
  const again = inject({ pod: after, namespace: 'default' }, state);
  if (again.kind !== 'Unchanged') throw new Error(`not stable: ${JSON.stringify(again)}`);
  return after;
}
