import { type Failure, failures, type Promised } from '../../test/failures/failures.ts';
import { promises } from '../../test/failures/promises.ts';

/** docs/failures.md: what each sidecar promises when something fails. The same list is what test/failures tests. */
export function failuresPage(): string {
  return [
    '# When something fails',
    '',
    'Generated from `test/failures/promises/` by `npm run generate`.',
    '',
    'Each row is tested, once with the sidecar as a native one and once as a classic one. `npm test -- test/failures` runs',
    'the programs as the templates start them, makes each failure happen, and writes what it sees to',
    '`test/output/failures/`. It needs Linux and root. A stand-in runs instead of git-sync, `metrics` reads JSON, and its',
    'passwords are those of the Redis exporter.',
    '',
    ...Object.entries(promises).flatMap(([sidecar, own]) => [
      `## ${sidecar}`,
      '',
      '| failure | what is promised |',
      '|---|---|',
      ...(Object.keys(failures) as Failure[]).map((failure) => `| ${failures[failure]} | ${inWords(own[failure])} |`),
      '',
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function inWords(promised: Promised): string {
  if (typeof promised === 'string') return promised;
  return `Native: ${promised.native}<br>Classic: ${promised.classic}`;
}
