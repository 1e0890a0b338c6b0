import type { Catalog } from '../catalog/catalog.ts';
import { annotationKey, fromWorkloadKey, injectKey, prefix, statusKey } from '../core/annotations.ts';
import { closest } from '../core/closest.ts';
import { maxExplained, type Problem, type Warning } from '../core/problem.ts';
import { type Layer, pathOf, type Source } from '../core/source.ts';
import { quoted } from '../language/types/value.ts';
import type { Template } from '../template/template.ts';

/** Instances that the annotations of a pod can name, turned on or not: each lock of a policy is written for each. */
export const maxNamed = 64;

/** A parameter as somebody wrote it. */
export interface Setting {
  readonly text: string;
  readonly source: Source;
}

interface Switch {
  readonly on: boolean;
  readonly source: Source;
}

/** Everything that the layers say about one instance of a sidecar, each from the layer with the highest precedence. */
export interface Mention {
  readonly template: Template;
  readonly instance: string;
  readonly settings: Map<string, Setting>;
  switch: Switch | undefined;
  /** True when something that a layer says about it is left out. */
  leftOut: boolean;
}

export interface Gathered {
  readonly mentions: readonly Mention[];
  readonly optedOut: Source | undefined;
  readonly problems: Problem[];
  readonly warnings: Warning[];
}

/**
 * Reads every `sidecar.io/` annotation of the layers, which come in the order of precedence. Nothing is decided here:
 * annotations are only split, checked and attributed.
 */
export function gather(layers: readonly Layer[], catalog: Catalog): Gathered {
  const byName = new Map<string, Mention>();
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  let inject: Switch | undefined;
  for (const { kind, policy, annotations, leftOut } of layers) {
    for (const key in annotations) {
      if (!key.startsWith(prefix) || key === statusKey || (key === fromWorkloadKey && kind === 'pod')) continue;
      const text = annotations[key] ?? '';
      const source: Source = policy === undefined ? { kind, key } : { kind, key, policy };
      if (key === injectKey) {
        if (leftOut?.has(key)) continue;
        inject ??= readSwitch(text, source, problems, catalog);
        continue;
      }
      const { word, instance } = readAnnotationName(key);
      const meaning = catalog.words.get(word);
      if (leftOut?.has(key)) {
        if (meaning) mentionOf(byName, meaning.template, instance).leftOut = true;
        continue;
      }
      const guess = problems.length < maxExplained;
      const problem = meaning
        ? instanceProblem(key, instance, source)
        : unknownWord(word, instance, source, catalog, guess);
      if (problem) problems.push(problem);
      if (!meaning || problem) continue;
      const mention = mentionOf(byName, meaning.template, instance);
      if (!meaning.parameter) mention.switch ??= readSwitch(text, source, problems, catalog);
      else if (!mention.settings.has(meaning.parameter.name))
        mention.settings.set(meaning.parameter.name, { text, source });
    }
  }
  const mentions = [...byName.values()].sort((a, b) => byOrder(a, b, catalog));
  return { mentions, optedOut: inject && !inject.on ? inject.source : undefined, problems, warnings };
}

function byOrder(a: Mention, b: Mention, { templates }: Catalog): number {
  if (a.template !== b.template) return templates.indexOf(a.template) - templates.indexOf(b.template);
  return a.instance < b.instance ? -1 : 1;
}

function mentionOf(byName: Map<string, Mention>, template: Template, instance: string): Mention {
  const name = `${template.name}.${instance}`;
  const known = byName.get(name);
  if (known) return known;
  const mention: Mention = { template, instance, settings: new Map(), switch: undefined, leftOut: false };
  byName.set(name, mention);
  return mention;
}

function readSwitch(text: string, source: Source, problems: Problem[], catalog: Catalog): Switch | undefined {
  if (text === 'true' || text === 'false') return { on: text === 'true', source };
  const message = `${quoted(text)} is neither true nor false.`;
  problems.push({ code: 'bad-switch', path: pathOf(source), message, fix: switchFix(text, source.key, catalog) });
  return undefined;
}

/** What to write instead, also where a parameter or the name of a sidecar was meant. */
function switchFix(text: string, key: string, { words, templates }: Catalog): string {
  const hyphened = key.slice(prefix.length).replace('.', '-');
  if (words.get(hyphened)?.parameter)
    return `A dot begins the name of an instance. For the parameter, write ${prefix}${hyphened}.`;
  const [first = ''] = text.split(/[\s,]/, 1);
  const named = key === injectKey && templates.some(({ name }) => name === first);
  return `Write "true" or "false".${named ? ` For a sidecar, write ${annotationKey(first, undefined, '')}: "true".` : ''}`;
}

/** The name of an instance becomes part of container and volume names, so it is a short DNS label. */
function instanceProblem(key: string, instance: string, source: Source): Problem | undefined {
  if (instance === '' && !key.endsWith('.')) return undefined;
  if (/^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/.test(instance)) return undefined;
  return {
    code: 'bad-instance',
    path: pathOf(source),
    message: `${quoted(instance)} is not a valid name for an instance.`,
    fix: 'After the dot, write 1 to 20 lowercase letters, digits or hyphens, such as "docs".',
  };
}

/**
 * A word that begins with a sidecar's name is taken for one of its parameters: those of other sidecars would not help.
 */
function unknownWord(word: string, instance: string, source: Source, catalog: Catalog, guess: boolean): Problem {
  const message = `No sidecar has ${quoted(source.key)}.`;
  if (!guess) return { code: 'unknown-annotation', path: pathOf(source), message, fix: 'Remove it, or correct it.' };
  const normalized = word.toLowerCase().replaceAll('_', '-');
  const owners = catalog.templates.filter(({ name }) => normalized.startsWith(`${name}-`));
  const [owner] = owners.toSorted((a, b) => b.name.length - a.name.length);
  const start = owner ? `${owner.name}-` : '';
  const words = owner ? [...owner.parameters.keys()] : ['inject', ...catalog.words.keys()];
  const near = word.length > 64 ? undefined : closest(normalized.slice(start.length), words);
  const known = owner
    ? `The parameters of ${owner.name} are: ${words.join(', ')}.`
    : `The sidecars of this cluster are: ${catalog.templates.map(({ name }) => name).join(', ')}.`;
  // It is about all instances.
  const suffix = instance === '' || near === 'inject' ? '' : `.${instance}`;
  const fix = near === undefined ? known : `Did you mean ${prefix}${start}${near}${suffix}?`;
  return { code: 'unknown-annotation', path: pathOf(source), message, fix };
}

/** An annotation's name without `sidecar.io/`: `git-repo.docs` is the word `git-repo` of the instance `docs`. */
interface AnnotationName {
  readonly word: string;
  readonly instance: string;
}

/** Splits a key at the first dot after the prefix. The default instance has the empty name. */
export function readAnnotationName(key: string): AnnotationName {
  const name = key.slice(prefix.length);
  const dot = name.indexOf('.');
  return dot < 0 ? { word: name, instance: '' } : { word: name.slice(0, dot), instance: name.slice(dot + 1) };
}

/** The name of the sidecar that an annotation is about; empty where the catalog has none. */
export function sidecarOf(key: string, catalog: Catalog): string {
  return catalog.words.get(readAnnotationName(key).word)?.template.name ?? '';
}
