import { styleText } from 'node:util';
import { printable } from '../../core/printable.ts';
import { titleOf } from '../../core/title.ts';
import type { Words } from '../../engine/explain/words.ts';
import { columns } from '../catalog/list-text.ts';
import { formatted } from '../formatted.ts';
import type { Row } from './rows.ts';

export const rowOutputs = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type RowOutput = (typeof rowOutputs)[number];

/** What rows can say of pods. */
export interface Item {
  readonly kind: string;
  /** Absent where it is about the pod as a whole. */
  readonly sidecar?: string;
}

/** How rows are printed. */
export interface Print<One extends Item> {
  readonly output: RowOutput;
  /** What a row is. */
  readonly word: 'finding' | 'change';
  /** Whether it is for a person who wants colours. */
  readonly colour: boolean;
  readonly wordsOf: (row: Row<One>) => Words;
  /** Whether the name of the owner of such a row belongs to those of `-o name`. */
  readonly isNamed: (item: One) => boolean;
}

/** The rows in one of the formats. `pods` is the number of all pods that were looked at. */
export function printedRows<One extends Item>(rows: readonly Row<One>[], pods: number, print: Print<One>): string {
  switch (print.output) {
    case 'name':
      return namesOf(rows, print.isNamed);
    case 'json':
    case 'yaml':
      return formatted(documentOf(rows, pods, print), print.output);
    case 'table':
    case 'wide':
      return rows.length === 0 ? '' : tableOf(rows, print);
  }
}

function tableOf<One extends Item>(rows: readonly Row<One>[], print: Print<One>): string {
  const { output, word, colour, wordsOf } = print;
  const isWide = output === 'wide';
  const table = columns([
    ['NAMESPACE', 'OWNER', 'PODS', 'SIDECAR', word.toUpperCase(), ...(isWide ? ['DETAIL'] : [])],
    ...rows.map((row) => {
      const { namespace, owner, finding, pods } = row;
      const { cause, fix } = wordsOf(row);
      const cells = [
        namespace,
        titleOf(owner.kind, owner.name),
        String(pods.length),
        finding.sidecar ?? '-',
        finding.kind,
      ];
      return [...cells, ...(isWide ? [`${cause} ${fix}`.trimEnd()] : [])].map(printable);
    }),
  ]);
  return colour ? table.replace(/^.*/, (headings) => styleText('bold', headings, { validateStream: false })) : table;
}

function documentOf<One extends Item>(rows: readonly Row<One>[], pods: number, { word, wordsOf }: Print<One>) {
  const items = rows.map((row) => {
    const { apiVersion, kind: ownerKind, name } = row.owner;
    const { kind, ...details } = row.finding;
    const { cause, fix } = wordsOf(row);
    const { namespace, pods } = row;
    const owner = { apiVersion, kind: ownerKind, name };
    return { namespace, owner, [word]: kind, ...details, message: cause, ...(fix === '' ? {} : { fix }), pods };
  });
  return { pods, [`${word}s`]: items };
}

/** As kubectl names objects, with their namespace as a flag, so that a line is what `kubectl rollout restart` takes. */
function namesOf<One extends Item>(rows: readonly Row<One>[], isNamed: (item: One) => boolean): string {
  const owners = new Map<string, boolean>();
  for (const { namespace, owner, finding } of rows) {
    const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.replace(/\/.*/, '')}` : '';
    const line = `${owner.kind.toLowerCase()}${group}/${owner.name} -n ${namespace}`;
    owners.set(line, (owners.get(line) ?? true) && isNamed(finding));
  }
  return [...owners].map(([line, named]) => (named ? `${line}\n` : '')).join('');
}
