import { injectKey, prefix, readAnnotationName, statusKey } from '../api/annotations.ts';
import { closest } from '../api/closest.ts';
import type { Problem } from '../api/problem.ts';
import type { Catalog } from '../templates/catalog.ts';
import type { Template } from '../templates/template.ts';
import { quoted } from '../templates/values/value.ts';
import { type Layer, type Place, pathOf } from './layers.ts';

/** A parameter as somebody wrote it. */
export interface Setting {
  readonly text: string;
  readonly place: Place;
}

/** All that the layers say about one instance of a sidecar; the highest layer that says something counts. */
export interface Mention {
  readonly template: Template;
  readonly instance: string;
  readonly settings: Map<string, Setting>;
  switch: { readonly on: boolean; readonly place: Place } | undefined;
}

export interface Gathered {
  readonly mentions: readonly Mention[];
  readonly optedOut: Place | undefined;
  readonly problems: Problem[];
  readonly warnings: string[];
}

/** Reads every `sidecar.io/` annotation of the layers. Nothing is decided here, only taken apart and attributed. */
export function gather(layers: readonly Layer[], catalog: Catalog): Gathered {
  const mentions: Mention[] = [];
  const problems: Problem[] = [];
  const warnings: string[] = [];
  let inject: { on: boolean; place: Place } | undefined;
  for (const layer of layers) {
    for (const key in layer.annotations) {
      if (!key.startsWith(prefix) || key === statusKey) continue;
      const text = layer.annotations[key] ?? '';
      const place: Place = { layer: layer.name, key };
      if (key === injectKey) {
        inject ??= readSwitch(text, place, problems);
        continue;
      }
      const { word, instance } = readAnnotationName(key);
      const meaning = catalog.words.get(word);
      const flaw = meaning ? instanceFlaw(key, instance, place) : unknownWord(word, instance, place, catalog);
      if (flaw && layer.name === 'namespace') warnings.push(`${flaw.path}: ${flaw.sentence} ${flaw.fix}`);
      else if (flaw) problems.push(flaw);
      if (!meaning || flaw) continue;
      const mention = mentionOf(mentions, meaning.template, instance);
      if (!meaning.parameter) mention.switch ??= readSwitch(text, place, problems);
      else if (!mention.settings.has(meaning.parameter.name))
        mention.settings.set(meaning.parameter.name, { text, place });
    }
  }
  mentions.sort((a, b) => byOrder(a, b, catalog));
  return { mentions, optedOut: inject && !inject.on ? inject.place : undefined, problems, warnings };
}

function byOrder(a: Mention, b: Mention, { ranks }: Catalog): number {
  if (a.template !== b.template) return (ranks.get(a.template.name) ?? 0) - (ranks.get(b.template.name) ?? 0);
  return a.instance < b.instance ? -1 : 1;
}

function mentionOf(mentions: Mention[], template: Template, instance: string): Mention {
  const known = mentions.find((mention) => mention.template === template && mention.instance === instance);
  if (known) return known;
  const mention: Mention = { template, instance, settings: new Map(), switch: undefined };
  mentions.push(mention);
  return mention;
}

function readSwitch(text: string, place: Place, problems: Problem[]): { on: boolean; place: Place } | undefined {
  if (text === 'true' || text === 'false') return { on: text === 'true', place };
  const sentence = `${quoted(text)} is neither true nor false.`;
  problems.push({ code: 'bad-switch', path: pathOf(place), sentence, fix: 'Write "true" or "false".' });
  return undefined;
}

/** The name of an instance becomes part of container and volume names, so it is a short DNS label. */
function instanceFlaw(key: string, instance: string, place: Place): Problem | undefined {
  if (instance === '' && !key.endsWith('.')) return undefined;
  if (/^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/.test(instance)) return undefined;
  return {
    code: 'bad-instance',
    path: pathOf(place),
    sentence: `${quoted(instance)} cannot be the name of an instance.`,
    fix: 'Write 1 to 20 lower case letters, digits or hyphens after the dot, such as "docs".',
  };
}

function unknownWord(word: string, instance: string, place: Place, catalog: Catalog): Problem {
  const suffix = instance === '' ? '' : `.${instance}`;
  const names = catalog.templates.map(({ name }) => name);
  const owner = ownerOf(word, names);
  const words = [...catalog.words.keys()].filter((known) => owner === undefined || known.startsWith(`${owner}-`));
  const guess = word.length > 64 ? undefined : guessOf(word, owner, words, names);
  const others =
    owner === undefined ? `The sidecars of this cluster are: ${names.join(', ')}.` : `There are: ${words.join(', ')}.`;
  const fix = guess === undefined ? others : `Did you mean ${prefix}${guess}${suffix}?`;
  return { code: 'unknown-annotation', path: pathOf(place), sentence: `No sidecar knows ${quoted(place.key)}.`, fix };
}

/** The sidecar that a word seems to be a parameter of: the longest name that stands in front. */
function ownerOf(word: string, names: readonly string[]): string | undefined {
  const owners = names.filter((name) => word.startsWith(`${name}-`));
  return owners.sort((a, b) => b.length - a.length)[0];
}

/** Where the sidecar is right, only its parameter can be meant: that of another one would not help. */
function guessOf(word: string, owner: string | undefined, words: readonly string[], names: readonly string[]) {
  if (owner === undefined) return closest(word, ['inject', ...words]);
  const start = owner.length + 1;
  const parameters = new Map(words.map((known) => [known.slice(start), known]));
  return parameters.get(closest(word.slice(start), parameters.keys()) ?? '') ?? closest(word, names);
}
