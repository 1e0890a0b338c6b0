import { relative } from 'node:path';
import type { Mutant } from '@stryker-mutator/api/core';

/**
 * The ids of mutants by what the tests said. One in neither list was reached by no test, or only while modules load.
 */
export interface Verdicts {
  readonly killed: readonly string[];
  readonly survived: readonly string[];
  readonly loading: readonly string[];
}

type JudgedMutant = Pick<Mutant, 'id' | 'fileName' | 'location' | 'mutatorName' | 'replacement'>;

/**
 * The survivors, each with its line and what stands there instead, then a table by room. The score is killed by all but
 * those that only run while modules load, as a switch that is set later cannot reach them.
 */
export function report(
  folder: string,
  mutants: readonly JudgedMutant[],
  { killed, survived, loading }: Verdicts,
): string {
  const dead = new Set(killed);
  const alive = new Set(survived);
  const early = new Set(loading);
  const rows = new Map<string, { killed: number; survived: number; unreached: number; loading: number }>();
  const lines: string[] = [];
  for (const mutant of mutants) {
    const file = relative(folder, mutant.fileName);
    const room = file.split('/')[1] ?? '';
    const row = rows.get(room) ?? { killed: 0, survived: 0, unreached: 0, loading: 0 };
    rows.set(room, row);
    const { id } = mutant;
    const kind = dead.has(id) ? 'killed' : alive.has(id) ? 'survived' : early.has(id) ? 'loading' : 'unreached';
    row[kind] += 1;
    if (kind === 'killed' || kind === 'loading') continue;
    const { line, column } = mutant.location.start;
    const text = mutant.replacement?.replace(/\s+/g, ' ').slice(0, 80) ?? '';
    lines.push(`${file}:${line + 1}:${column + 1} ${kind} ${mutant.mutatorName}: ${text}`);
  }
  const table = [...rows].map(([room, { killed, survived, unreached, loading }]) => {
    const judged = killed + survived + unreached;
    const score = judged === 0 ? 100 : (killed / judged) * 100;
    return `${room.padEnd(12)}${score.toFixed(1).padStart(6)} %  killed ${killed}, survived ${survived}, reached by no test ${unreached}, only while loading ${loading}`;
  });
  return [...lines, '', ...table].join('\n');
}
