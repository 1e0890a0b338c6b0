import { type Document, isAlias, isMap, isSeq, LineCounter, type Node } from 'yaml';
import { pairOf } from '../../yaml-edit/draft.ts';
import { parse } from '../../yaml-edit/parse.ts';
import type { Manifest } from './manifests.ts';

/** The steps of a path as problems write it: `spec.containers[0].ports` or `metadata.annotations['a.b/c']`. */
export function stepsOfPath(path: string): string[] {
  return [...path.matchAll(/\['([^']*)'\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, key, index, word]) => key ?? index ?? word ?? '',
  );
}

/** Steps as a path: the inverse of `stepsOfPath`. */
export function pathOfSteps(steps: readonly string[]): string {
  return steps
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** A place in a document: the steps that lead there from its root. */
export interface Spot {
  readonly manifest: Manifest;
  readonly steps: readonly string[];
}

/** A stretch of a manifest that was read by itself. */
interface Opened {
  readonly manifest: Manifest;
  readonly from: number;
  readonly to: number;
  readonly document: Document.Parsed | undefined;
}

/** Finds places in manifests. Keeps what it looked at last, because problems come one document after the other. */
export class Locator {
  #last: Opened | undefined;
  readonly #lines = new LineCounter();
  #counted: Manifest | undefined;

  /** `web.yaml:12:3` for the deepest part of the spot that the document has. */
  placeOf(spot: Spot): string {
    const { manifest } = spot;
    if (this.#counted !== manifest) {
      this.#lines.lineStarts = [0, ...[...manifest.text.matchAll(/\n/g)].map(({ index }) => index + 1)];
      this.#counted = manifest;
    }
    const { line, col } = this.#lines.linePos(this.#find(spot).position);
    return `${manifest.file}:${manifest.line + line - 1}:${col}`;
  }

  /** How the value at a spot is written in the file. */
  writtenAt(spot: Spot): string | undefined {
    const { node, from } = this.#find(spot);
    return node?.range ? spot.manifest.text.slice(from + node.range[0], from + node.range[1]) : undefined;
  }

  #find({ manifest, steps }: Spot): { node: Node | undefined; position: number; from: number } {
    const part = steps[0] === 'items' ? manifest.parts[Number(steps[1])] : undefined;
    const { from, to } = part ?? { from: 0, to: manifest.text.length };
    const document = this.#open(manifest, from, to);
    if (!document) return { node: undefined, position: from, from };
    const { node, position } = walk(document, part ? [...part.steps, ...steps.slice(2)] : steps);
    return { node, position: from + position, from };
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
