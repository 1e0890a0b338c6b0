import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { uninject } from '../../src/engine/uninject.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { addedAt, messagesOf, outcomeFor, problemsOf, stateWith } from './sidecars.ts';

const name = 'JAVA_TOOL_OPTIONS';
const ours = { name, value: '-javaagent:/a.jar' };
const theirs = { name, value: '-Xmx1g' };
const fromSecret = { name, valueFrom: { secretKeyRef: { name: 'java', key: 'options' } } };
const fromPod = { name, valueFrom: { fieldRef: { fieldPath: "metadata.annotations['java']" } } };
const optional = { name, valueFrom: { secretKeyRef: { name: 'java', key: 'options', optional: true } } };
const appended = { name, value: `$(${name}) -javaagent:/a.jar` };
const prepended = { name, value: `-javaagent:/a.jar $(${name})` };
const other = { name: 'A', value: '1' };

const agent = (word?: string, more: object = {}) => ({
  env: [{ ...ours, ...(word === undefined ? {} : { $ifSet: word }), ...more }],
});
const states = {
  default: stateWith({ agent: agent() }),
  append: stateWith({ agent: agent('append') }),
  prepend: stateWith({ agent: agent('prepend') }),
  refuse: stateWith({ agent: agent('refuse') }),
  keep: stateWith({ agent: agent('keep') }),
};

const web = (...env: JsonObject[]) => ({ containers: [{ name: 'web', env }] });
const path = '/spec/containers/0/env';

/**
 * The pod with the sidecars, after it was found that a second call adds nothing, and that uninject gives back the app.
 */
function stable(state: (typeof states)['append'], env: readonly JsonObject[]): JsonObject[] {
  const outcome = outcomeFor(state, web(...env));
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const annotations = Object.fromEntries(state.catalog.templates.map((each) => [`sidecar.io/${each.name}`, 'true']));
  const written = { metadata: { annotations }, spec: web(...env) };
  const pod = patched(written, outcome.patch);
  const { metadata, spec } = pod as unknown as Injected;
  expect(outcomeFor(state, spec, metadata)).toMatchObject({ kind: 'Unchanged' });
  expect(takenOut(pod)).toEqual(written);
  return spec.containers[0].env;
}

const takenOut = (pod: Json | undefined) => patched(pod ?? null, uninject(pod)?.edits ?? []);

interface Injected {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly [{ readonly env: JsonObject[] }] };
}

describe('a variable of a sidecar', () => {
  it.each(Object.keys(states) as (keyof typeof states)[])('is added where the app does not set it: %s', (word) => {
    expect(stable(states[word], [other])).toEqual([other, ours]);
  });

  it.each(Object.keys(states) as (keyof typeof states)[])('that the app sets to the same value is left: %s', (word) => {
    expect(stable(states[word], [other, ours])).toEqual([other, ours]);
  });

  it.each([
    ['a value', theirs],
    ['a Secret', fromSecret],
    ['an annotation', fromPod],
  ])('that the app sets from %s follows the word of the template', (_, own) => {
    expect(stable(states.append, [own, other])).toEqual([own, other, appended]);
    expect(stable(states.prepend, [own, other])).toEqual([own, other, prepended]);
    const kept = outcomeFor(states.keep, web(own, other));
    expect(addedAt(kept, path)).toEqual([]);
    expect(kept).toMatchObject({ kind: 'Injected', warnings: [{ code: 'variable-kept', sidecar: 'agent' }] });
    for (const state of [states.default, states.refuse])
      expect(problemsOf(outcomeFor(state, web(other, own)))).toEqual(['variable-taken spec.containers[0].env[1]']);
  });

  it('that is refused says what to do, and shows no value', () => {
    expect(messagesOf(outcomeFor(states.refuse, web(theirs)))).toEqual([
      "The sidecar agent (turned on by metadata.annotations['sidecar.io/agent']) sets the variable JAVA_TOOL_OPTIONS of web, which has another value already. Remove JAVA_TOOL_OPTIONS from the container, or turn the sidecar off.",
    ]);
  });

  it('is not added to a value that can be missing: Kubernetes would not expand its name', () => {
    for (const state of [states.append, states.prepend]) {
      const outcome = outcomeFor(state, web(optional));
      expect(problemsOf(outcome)).toEqual(['variable-taken spec.containers[0].env[0]']);
      expect(messagesOf(outcome)).toEqual([expect.stringContaining('Remove optional: true from JAVA_TOOL_OPTIONS')]);
    }
  });

  it('is added with the separator of the template', () => {
    const state = stateWith({ agent: agent('append', { $separator: ':' }) });
    expect(stable(state, [theirs])).toEqual([theirs, { name, value: `$(${name}):-javaagent:/a.jar` }]);
  });

  it('is added to the last of two values of the app, and taken out without them', () => {
    expect(stable(states.append, [theirs, fromSecret])).toEqual([theirs, fromSecret, appended]);
  });

  it('is added to those of sidecars before it', () => {
    const second = { env: [{ name, value: '-Dx=y', $ifSet: 'append' }] };
    const last = { name, value: `$(${name}) -Dx=y` };
    expect(stable(stateWith({ agent: agent('append'), second }), [theirs])).toEqual([theirs, appended, last]);
    expect(stable(stateWith({ agent: agent('refuse'), second }), [other])).toEqual([other, ours, last]);
    const both = outcomeFor(stateWith({ agent: agent('append'), second: agent('refuse', { value: 'x' }) }), web(other));
    expect(problemsOf(both)).toEqual(['variable-taken spec.containers[0].env']);
  });

  it('of a sidecar that comes later is taken out too', () => {
    const first = outcomeFor(states.append, web(theirs));
    if (first.kind !== 'Injected') throw new Error(first.kind);
    const written = { metadata: { annotations: { 'sidecar.io/agent': 'true' } }, spec: web(theirs) };
    const pod = patched(written, first.patch);
    const { metadata, spec } = pod as unknown as Injected;
    const second = { env: [{ name, value: '-Dx=y', $ifSet: 'append' }] };
    const again = outcomeFor(stateWith({ agent: agent('append'), second }), spec, metadata);
    expect(addedAt(again, path)).toEqual([{ name, value: `$(${name}) -Dx=y` }]);
    if (again.kind !== 'Injected') throw new Error(again.kind);
    expect(takenOut(patched(pod ?? null, again.patch))).toEqual(written);
  });

  it('counts as set while what others add after it contains it', () => {
    const extended = { name, value: `$(${name}) -Dother` };
    const replaced = { name, value: '-Dother' };
    const again = (env: JsonObject[]) =>
      outcomeFor(states.append, { ...web(...env), initContainers: [{ name: 'sidecar-agent', image: 'x' }] });
    expect(addedAt(again([theirs, appended, extended]), path)).toEqual([]);
    expect(addedAt(again([theirs, appended, replaced]), path)).toEqual([appended]);
  });
});
