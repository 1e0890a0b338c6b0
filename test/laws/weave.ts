import fastJsonPatch from 'fast-json-patch';
import type { Json } from '../../src/core/json.ts';
import type { Operation, Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import type { State } from '../../src/state/state.ts';

/** Applies a patch the way the API server does (RFC 6902), to a copy. */
export function apply<T>(patch: readonly Operation[], document: T): T {
  const copy = structuredClone(document);
  return fastJsonPatch.applyPatch(copy, structuredClone([...patch]), true, true, false).newDocument;
}

export function injected(pod: Json, state: State): (Outcome & { kind: 'Injected' }) | undefined {
  const outcome = inject({ pod, namespace: 'default' }, state);
  return outcome.kind === 'Injected' ? outcome : undefined;
}

export function deepFreeze(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item ?? null);
}
