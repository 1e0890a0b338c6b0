import { isObject, type JsonObject, objectsOf, scalarText } from '../core/json.ts';
import type { Container } from '../core/objects.ts';
import { type Problem, solvedBy } from '../core/problem.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { AppVariable } from '../template/fragment.ts';
import { containerAt, pathTo } from './app-containers.ts';
import type { Merge, Variables } from './operations.ts';
import { described, turnedOff } from './pod.ts';
import { includes } from './same.ts';

/**
 * Adds an environment variable to one app container, after those it has. Where the container or another sidecar sets it
 * to another value, the template decides (`$ifSet`). Values are never shown: they can be secret.
 */
export function mergeVariable(merging: Merge, index: number, ours: AppVariable, selected: SelectedInstance): void {
  const { pod, warnings, problems } = merging;
  const container = containerAt(pod, index);
  const path = `${pathTo(pod, index)}.env`;
  if (container?.env != null && !Array.isArray(container.env)) {
    problems.push({ code: 'malformed-pod', path, message: `${path} has the wrong type.`, fix: 'It must be a list.' });
    return;
  }
  const { variable, ifSet } = ours;
  const { byName, added } = variablesOf(merging, index);
  const entries = byName.get(variable.name) ?? [];
  const last = entries.at(-1);
  const add = (entry: JsonObject) => {
    added.push(entry);
    byName.set(entry.name, [...entries, { variable: entry }]);
  };
  if (!last) add(variable);
  else if (
    isSet(
      entries.map((entry) => entry.variable),
      ours,
    )
  )
    return;
  else if (ifSet.word === 'keep') {
    const owner = last.at === undefined ? 'another sidecar' : 'the container';
    const message = `${path}: ${String(variable.name)} of ${container?.name} keeps the value that ${owner} sets; the sidecar ${selected.template.name} would set another one`;
    warnings.push({ code: 'variable-kept', sidecar: selected.template.name, message });
  } else if (ifSet.word === 'refuse' || canBeMissing(last.variable)) {
    problems.push(taken(last.at === undefined ? path : `${path}[${last.at}]`, ours, container?.name, selected));
  } else add(joined(ours));
}

/** Sidecars can set thousands of variables of a container that has thousands. */
function variablesOf({ pod, additions }: Merge, index: number): Variables {
  const known = additions.env.get(index);
  if (known) return known;
  const variables: Variables = { byName: new Map(), added: [] };
  const env = containerAt(pod, index)?.env;
  for (const [at, variable] of (Array.isArray(env) ? env : []).entries()) {
    if (!isObject(variable)) continue;
    const entries = variables.byName.get(variable.name);
    if (entries) entries.push({ variable, at });
    else variables.byName.set(variable.name, [{ variable, at }]);
  }
  additions.env.set(index, variables);
  return variables;
}

/** True for a container that needs nothing more of a variable, as after an injection. */
export function hasVariable(container: Container | undefined, ours: AppVariable): boolean {
  const entries = entriesOf(container, ours);
  return ours.ifSet.word === 'keep' ? entries.length > 0 : isSet(entries, ours);
}

function entriesOf(container: Container | undefined, { variable }: AppVariable): JsonObject[] {
  return objectsOf(container?.env).filter(({ name }) => name === variable.name);
}

/**
 * True if our value is in effect. Where a name is there twice, Kubernetes takes the last value; that can contain the
 * one before it, as `$(NAME)`. Source: kubelet, `makeEnvironmentVariables`.
 */
function isSet(entries: readonly JsonObject[], ours: AppVariable): boolean {
  const { variable, ifSet } = ours;
  const forms = ifSet.word === 'append' || ifSet.word === 'prepend' ? [variable, joined(ours)] : [variable];
  const reference = referenceTo(variable);
  for (const entry of entries.toReversed()) {
    if (forms.some((form) => includes(entry, form))) return true;
    if (!scalarText(entry.value ?? '').includes(reference)) return false;
  }
  return false;
}

/** A second entry of the name: its value contains that of the entry before it, also where that has a `valueFrom`. */
function joined({ variable, ifSet: { word, separator } }: AppVariable): JsonObject {
  const [before, value] = [referenceTo(variable), String(variable.value)];
  return { ...variable, value: word === 'append' ? before + separator + value : value + separator + before };
}

function referenceTo({ name }: JsonObject): string {
  return `$(${name})`;
}

/** Kubernetes leaves out a variable whose optional source is missing, and then does not expand `$(NAME)`. */
function canBeMissing({ valueFrom }: JsonObject): boolean {
  return objectsOf(Object.values(valueFrom ?? {})).some(({ optional }) => optional === true);
}

function taken(path: string, { variable, ifSet }: AppVariable, container = '', selected: SelectedInstance): Problem {
  const name = String(variable.name);
  const joins = ifSet.word !== 'refuse';
  return {
    code: 'variable-taken',
    path,
    message: joins
      ? `${described(selected)} adds to the variable ${name} of ${container}, whose source is optional. Kubernetes cannot add to a value that can be missing.`
      : `${described(selected)} sets the variable ${name} of ${container}, which has another value already.`,
    ...solvedBy(
      { text: joins ? `remove optional: true from ${name}` : `remove ${name} from the container` },
      turnedOff(selected),
    ),
  };
}
