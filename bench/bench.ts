// `npm run -s bench [-- --json] [--quick]`: the cost of a review, next to yardsticks that are measured in the same run.
import { availableParallelism } from 'node:os';
import { loadCatalog } from '../src/main/load-catalog.ts';
import { ownImage, version } from '../src/main/version.ts';
import { workloadKinds } from '../src/workload/kinds.ts';
import { answerReview } from '../test/admission/answer-review.ts';
import { crowded } from './crowd.ts';
import { type InProcessRow, measureInProcess } from './in-process.ts';
import { measureOverTls, type TlsRow } from './over-tls.ts';
import { reviewOf, reviewSizes } from './reviews.ts';

const flags = process.argv.slice(2);
const [json, quick] = [flags.includes('--json'), flags.includes('--quick')];
const strange = flags.filter((flag) => flag !== '--json' && flag !== '--quick');
if (strange.length > 0) {
  const isHelp = strange.includes('--help');
  if (!isHelp) console.error(`Unknown: ${strange.join(', ')}.`);
  console.error('Usage: npm run -s bench -- [--json] [--quick]    JSON instead of tables; fewer, shorter rounds');
  process.exit(isHelp ? 0 : 2);
}
const { catalog } = loadCatalog([]);
const state = {
  catalog,
  cluster: { version: '1.36.3', nativeSidecars: true, assignsUsers: false },
  injector: { version, image: ownImage },
  namespaces: new Map(),
  policies: [],
  workloads: workloadKinds,
};

const crowd = crowded(state);
const inProcess = reviewSizes.map((size) => {
  process.stderr.write(`  in process, ${size.label}\n`);
  return measureInProcess(size, state, crowd, quick ? 3 : 15);
});
const overTls =
  availableParallelism() < 2 ? [] : await measureOverTls(reviewSizes, patchOf(), quick ? 1 : 3, quick ? 1 : 3);

if (json) console.log(JSON.stringify({ inProcess, overTls }, null, 2));
else printTables(inProcess, overTls);

/** What the injector answers to the small review: the constant of the bare server. */
function patchOf(): string {
  const [small] = reviewSizes;
  if (!small) throw new Error('there are no sizes');
  return JSON.parse(answerReview(Buffer.from(reviewOf(small)), state).text).response.patch;
}

function printTables(inProcess: readonly InProcessRow[], overTls: readonly TlsRow[]): void {
  const us = (value: number) => `${value < 100 ? value.toFixed(1) : Math.round(value)} µs`;
  console.log(
    '\nIn process: bytes of a review in, bytes of the answer out (fresh: annotations never seen before; crowd: with 1,000 templates and 10,000 namespaces, by without)',
  );
  console.table(
    Object.fromEntries(
      inProcess.map(({ review, bytes, ours, oursFresh, crowded, crowdedFresh, cloneAndCompare, parseOnly }) => [
        review,
        {
          bytes,
          p50: us(ours.p50),
          p99: us(ours.p99),
          'fresh p50': us(oursFresh.p50),
          crowd: (crowded.p50 / ours.p50).toFixed(2),
          'crowd, fresh': (crowdedFresh.p50 / oursFresh.p50).toFixed(2),
          'clone + compare p50': us(cloneAndCompare.p50),
          ratio: (ours.p50 / cloneAndCompare.p50).toFixed(2),
          'JSON.parse alone p50': us(parseOnly.p50),
        },
      ]),
    ),
  );
  if (overTls.length === 0) {
    console.log('Over TLS: not measured, this machine has one processor.');
    return;
  }
  console.log(
    '\nOver TLS: 8 connections, server on one core; bare = node:https that parses and answers the same patch, a constant; both warm',
  );
  console.table(
    Object.fromEntries(
      overTls.map(({ review, ours, bare, ratio, cpuRatio, residentOurs, residentBare }) => [
        review,
        {
          'requests/s': Math.round(ours.requestsPerSecond),
          'bare requests/s': Math.round(bare.requestsPerSecond),
          ratio: ratio.toFixed(2),
          'CPU per request': us(ours.cpu),
          'bare CPU': us(bare.cpu),
          'CPU ratio': cpuRatio.toFixed(2),
          p50: us(ours.p50),
          p99: us(ours.p99),
          errors: ours.errors + bare.errors,
          'RSS MiB': residentOurs,
          'bare RSS MiB': residentBare,
        },
      ]),
    ),
  );
}
