import { printable } from '../../core/printable.ts';
import { policyKind } from '../../policy/compile.ts';
import type { Console } from '../console.ts';
import { shownUrl } from '../fetch-url.ts';
import { readManifests } from './manifests.ts';
import { objectsIn } from './objects.ts';
import { type ReadSources, readSources, type Source } from './sources.ts';

/** The flags that name files beside the manifests, and the kind of object that each is for. */
const kinds = { 'namespace-file': 'Namespace', policy: policyKind } as const;
type Flag = keyof typeof kinds;

/** Reads what the flags name. A file that both of them name counts once. */
export function readBeside(
  values: Readonly<Record<Flag, readonly string[]>>,
  console: Pick<Console, 'files' | 'stdin'>,
): Pick<ReadSources, 'sources' | 'problems'> {
  const read = (['namespace-file', 'policy'] as const).map((flag) => {
    const { sources, problems } = readSources(values[flag], console);
    return { sources, problems: problems.length > 0 ? problems : lackingIn(flag, values[flag], sources) };
  });
  const sources = read.flatMap((each) => each.sources);
  return {
    sources: sources.filter((source, i) => sources.findIndex((other) => isSame(source, other)) === i),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/**
 * That the files of a flag have no object of its kind. Nothing where one of them cannot be read: that is said first.
 */
function lackingIn(flag: Flag, paths: readonly string[], sources: readonly Source[]): string[] {
  const { manifests, problems } = readManifests(sources);
  const kind = kinds[flag];
  const has = manifests.some(({ value }) => objectsIn(value).some((found) => found.kind === kind));
  return paths.length === 0 || problems.length > 0 || has
    ? []
    : [printable(`--${flag} ${paths.map(shownUrl).join(', ')}: no ${kind} object found`)];
}

/** URLs that differ in their query have one name, so the content counts too. */
function isSame(a: Source, b: Source): boolean {
  return a.name === b.name && Buffer.compare(a.bytes, b.bytes) === 0;
}
