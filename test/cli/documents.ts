import jsonPatch from 'fast-json-patch';
import type { Json } from '../../src/core/json.ts';
import { isObject } from '../../src/core/json.ts';
import type { Operation } from '../../src/core/outcome.ts';
import { fc } from '../fast-check.ts';
import { Dice } from './dice.ts';
import { YamlWriter } from './yaml-writer.ts';

/** Strings that YAML readers disagree about, or that break careless writers. */
export const oddStrings = [
  '',
  'true',
  'off',
  'y',
  'NO',
  'null',
  '~',
  '010',
  '0x1F',
  '1e3',
  '.5',
  '-1',
  '+7',
  '1_000',
  '12:30:45',
  '2001-12-14',
  '.inf',
  '=',
  '<<',
  '-',
  '--x=1',
  '---',
  '...',
  'a: b',
  'a #b',
  '#a',
  '"quoted"',
  "it's",
  'back\\slash',
  ' lead',
  'trail ',
  'tab\there',
  '{a}',
  '[a]',
  '$(X)',
  '${x}',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  '`a',
  '| a',
  '> a',
  '? a',
  'a:',
  ':a',
  'a,b',
  'ü',
  '\u2028',
  '\u0085',
  '\u00a0',
  '\ufeff',
  '😀',
  '\u0000',
  '\u001b[31m',
  'a\nb',
  'a\nb\n',
  'a\n\nb\n\n',
  '\na',
  ' a\nb',
  'a \nb',
  'a\r\nb',
  '#!/bin/sh\nset -e\n\tcase x in\n\ty) z;;\n',
  '{{ x }}',
  'a\n---\nb\n',
  'a\n# b\n',
] as const;

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('web', 'nginx:1.27', '/srv/www', 'app', '8080', 'a b') },
  { weight: 2, arbitrary: fc.constantFrom(...oddStrings) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
);
export const leaf: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 8080, 1e21) },
);
const key = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('name', 'image', 'spec', 'metadata', 'env', 'args', 'sidecar.io/x', 'a-b', 'v'),
  },
  { weight: 1, arbitrary: fc.constantFrom('on', '1', 'a b', '', 'ü', '#', 'a: b') },
);

/** Any JSON, mostly of the shape of manifests. */
export const tree: fc.Arbitrary<Json> = fc.letrec<{ node: Json; map: Json; list: Json }>((tie) => ({
  node: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, leaf, tie('map'), tie('list')),
  map: fc.dictionary(key, tie('node'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Json>,
  list: fc.array(tie('node'), { maxLength: 4 }),
})).map;

/** A document: a map with at least one key, so that there is something to write in block style. */
export const root = tree.map(
  (value): { [key: string]: Json } => ({ kind: 'Test', ...(isObject(value) ? value : {}) }) as { [key: string]: Json },
);

/** The ways in which a document may be written. */
export const writing = fc.record({
  seed: fc.nat(),
  step: fc.constantFrom(1, 2, 2, 4),
  listStep: fc.constantFrom(0, 2, 1),
  gap: fc.constantFrom(2, 2, 4),
  lineBreak: fc.constantFrom('\n', '\n', '\r\n'),
  lastBreak: fc.boolean(),
  start: fc.constantFrom('', '---\n', '# first\n\n', '# first\n--- # second\n', '%YAML 1.1\n---\n'),
  end: fc.constantFrom('', '', '# last\n', '...\n', '\n\n'),
});
export type Writing = typeof writing extends fc.Arbitrary<infer T> ? T : never;

/** The value as text, written in that way. */
export function written(value: { [key: string]: Json }, way: Writing, flow: boolean): string {
  const { step, listStep, gap } = way;
  const writer = new YamlWriter({ dice: new Dice(way.seed), step, listStep, gap, flow, comments: true });
  writer.map(value, 0);
  const text = `${way.start}${writer.lines.join('\n')}\n${way.end}`;
  return (way.lastBreak ? text : text.replace(/\n$/, '')).replaceAll('\n', way.lineBreak);
}

/**
 * Random edits that fit a value, one after the other; only into collections that hold something when that is asked for.
 */
export function editsFor(
  value: Json,
  seed: number,
  count: number,
  values: readonly Json[],
  onlyFull: boolean,
): Operation[] {
  const dice = new Dice(seed);
  const edits: Operation[] = [];
  let now = value;
  for (let i = 0; i < count; i++) {
    const places = collectionsIn(now).filter(({ size }) => !onlyFull || size > 0);
    const place = places[dice.below(places.length)];
    if (!place) break;
    const step = place.isList ? dice.pick(['-', '0', String(dice.below(place.size + 1))]) : `new${i}`;
    const edit: Operation = {
      op: 'add',
      path: `${place.path}/${step}`,
      value: structuredClone(values[dice.below(values.length)] ?? null),
    };
    now = jsonPatch.applyPatch(now, [structuredClone(edit)], false, false).newDocument;
    edits.push(edit);
  }
  return edits;
}

interface Place {
  readonly path: string;
  readonly size: number;
  readonly isList: boolean;
}

function collectionsIn(value: Json, path = ''): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const inner = entries.flatMap(([key, item]) => {
    return collectionsIn(item ?? null, `${path}/${jsonPatch.escapePathComponent(key)}`);
  });
  return [{ path, size: entries.length, isList: Array.isArray(value) }, ...inner];
}
