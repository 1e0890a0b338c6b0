import { type Document, isAlias, isMap, isSeq, LineCounter, type Node } from 'yaml';
import { isObject, type Json } from '../../core/json.ts';
import { pathOfSteps, stepsOfPath } from '../../core/path.ts';
import { printable } from '../../core/printable.ts';
import { type Problem, problemText } from '../../core/problem.ts';
import { expressionOffset } from '../../language/template-problem.ts';
import { pairOf } from '../../yaml-edit/draft.ts';
import { parse } from '../../yaml-edit/parse.ts';
import type { FileProblem, Manifest } from './manifests.ts';

/** A position in a document: the steps from its root. */
export interface Spot {
  readonly manifest: Manifest;
  readonly steps: readonly string[];
}

/** Where an object is written. */
export interface Written {
  readonly spot: Spot;
  readonly title: string;
}

/** A part of a manifest that was parsed on its own. */
interface Opened {
  readonly manifest: Manifest;
  readonly from: number;
  readonly to: number;
  readonly document: Document.Parsed | undefined;
}

/** Finds positions in manifests. Keeps the last document: problems come one document after the other. */
export class Locator {
  #last: Opened | undefined;
  readonly #lines = new LineCounter();
  #counted: Manifest | undefined;

  /**
   * `web.yaml:12:3`, for the deepest step that the document has, or the `${ … }` in its text that the message names.
   */
  positionOf(spot: Spot, message = ''): string {
    const { manifest } = spot;
    if (this.#counted !== manifest) {
      this.#lines.lineStarts = [0, ...[...manifest.text.matchAll(/\n/g)].map(({ index }) => index + 1)];
      this.#counted = manifest;
    }
    const { value, position } = this.#find(spot);
    const inside = value ? expressionOffset(manifest.text.slice(...value), message) : 0;
    const { line, col } = this.#lines.linePos(value && inside > 0 ? value[0] + inside : position);
    return `${manifest.file}:${manifest.line + line - 1}:${col}`;
  }

  /** The text of a value in its file. */
  writtenAt(spot: Spot): string | undefined {
    const { value } = this.#find(spot);
    return value && spot.manifest.text.slice(...value);
  }

  /** The position of the deepest step, and where the text of the value begins and ends, if the document has it. */
  #find({ manifest, steps }: Spot): { position: number; value?: [number, number] } {
    const part = steps[0] === 'items' ? manifest.parts[Number(steps[1])] : undefined;
    const { from, to } = part ?? { from: 0, to: manifest.text.length };
    const document = this.#open(manifest, from, to);
    if (!document) return { position: from };
    const { node, position } = walk(document, part ? [...part.steps, ...steps.slice(2)] : steps);
    if (!node?.range) return { position: from + position };
    return { position: from + position, value: [from + node.range[0], from + node.range[1]] };
  }

  #open(manifest: Manifest, from: number, to: number): Document.Parsed | undefined {
    const last = this.#last;
    if (last?.manifest === manifest && last.from === from && last.to === to) return last.document;
    const parsed = parse(manifest.text.slice(from, to));
    const document = 'document' in parsed ? parsed.document : undefined;
    this.#last = { manifest, from, to, document };
    return document;
  }
}

/** Follows the steps as far as they lead; the position is that of the last key or item on the way. */
function walk(document: Document.Parsed, steps: readonly string[]): { node: Node | undefined; position: number } {
  let node: Node | null | undefined = document.contents;
  let position = node?.range?.[0] ?? 0;
  for (const step of steps) {
    if (isAlias(node)) node = node.resolve(document);
    let next: Node | null | undefined;
    if (isMap(node)) {
      const pair = pairOf(node, step);
      position = pair?.key.range?.[0] ?? position;
      next = pair?.value;
    } else if (isSeq<Node>(node)) {
      next = node.items[Number(step)];
      position = next?.range?.[0] ?? position;
    }
    if (!next) return { node: undefined, position };
    node = next;
  }
  return { node: node ?? undefined, position };
}

/** A problem with its position in the file, from a path that is relative to a spot. */
export function fileProblem(problem: Problem, spot: Spot, title: string, locator: Locator): FileProblem {
  const path = joined(pathOfSteps(spot.steps), problem.path);
  const steps = [...spot.steps, ...stepsOfPath(problem.path)];
  const position = locator.positionOf({ ...spot, steps }, problem.message);
  const inList = stepsToObject(spot.manifest.value, spot.steps);
  return {
    ...{ position, subject: `document ${spot.manifest.number}, ${title}`, problem: { ...problem, path } },
    ...(inList === 0 ? {} : { pathInObject: joined(pathOfSteps(spot.steps.slice(inList)), problem.path) }),
  };
}

function joined(holder: string, path: string): string {
  return holder === '' || path === '' ? holder + path : `${holder}.${path}`;
}

/** How many of the steps lead to an object of a list. */
function stepsToObject(value: Json | undefined, [field, index, ...rest]: readonly string[]): number {
  if (field !== 'items' || !isObject(value) || !String(value.kind).endsWith('List') || !Array.isArray(value.items))
    return 0;
  return 2 + stepsToObject(value.items[Number(index)], rest);
}

/** One line. Editors and terminals can jump from it to the file. */
export function lineOf({ position, subject, problem }: FileProblem): string {
  return printable([position, subject, problemText(problem)].filter((part) => part !== '').join(': '));
}
