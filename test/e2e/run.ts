// `npm run e2e`: brings a cluster up, installs the injector, runs the suites, takes everything down, and says how long
// it took.
import { createStages } from '../cluster/stages.ts';
import { type Options, readOptions, usage } from './options.ts';
import { installChart } from './pieces/chart.ts';
import { startGitServer } from './pieces/git-server.ts';
import { createOutsideWebhooks } from './pieces/outside-webhook.ts';
import { provideExisting } from './providers/existing.ts';
import { provideKind } from './providers/kind.ts';
import { provideNode } from './providers/node.ts';
import { createSuites, type Suites } from './suites.ts';
import { openTarget, type Provider } from './target.ts';

const providers = { node: provideNode, kind: provideKind, existing: provideExisting };
const stage = createStages((line) => console.log(line));

async function inCluster(provider: Provider, options: Options, suites: Suites): Promise<void> {
  const { filters } = options;
  const { description, remove } = await providers[provider](options, stage);
  const target = openTarget(description);
  const outside = description.host ? createOutsideWebhooks(target, description.host) : undefined;
  try {
    await Promise.all([
      stage('git server', () => startGitServer(target)),
      stage('injector in the cluster, by the chart', () => installChart(target)),
      ...(outside ? [stage('injector outside, by URL', outside.start)] : []),
    ]);
    // The tests wait some of the time: several at once, no more than two cores can carry, in threads, so that all of
    // them end with their process.
    const many = ['--fileParallelism', '--maxWorkers=3', '--maxConcurrency=4', '--pool=threads'];
    const wanted = filters.length > 0 ? filters : ['test/e2e/behaviour'];
    await stage('behaviour suites', () => suites.run('behaviour', wanted, description, many));
    // Without an injector for a while, as nobody else's cluster should be.
    if (filters.length === 0 && provider !== 'existing') {
      await stage('suite without an injector', () => suites.run('away', ['test/e2e/alone/no-injector'], description));
      await stage('suite of the chart’s life', () => suites.run('chart', ['test/e2e/alone/chart-life'], description));
    }
  } finally {
    await stage('taken down', async () => {
      await outside?.stop();
      await remove();
    });
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const suites = createSuites(options.name);
  const started = performance.now();
  const { provider, filters } = options;
  if (provider !== 'none') await inCluster(provider, options, suites);
  if (provider === 'none' || (provider === 'node' && filters.length === 0))
    await stage('suites of the node itself', () => suites.run('node', ['test/cluster', 'test/e2e/machine']));
  const { passed, failed, text } = suites.summary();
  console.log(`\n${text}\n\n${Math.round((performance.now() - started) / 1000)} s in all`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (process.argv.includes('--help')) process.stdout.write(usage);
else {
  main().then(
    (code) => process.exit(code),
    (error: Error) => {
      process.stderr.write(`${error.message.replace(/ To specify a positional argument.*/s, '')}\n`);
      console.log('0 passed, 1 failed');
      process.exit(1);
    },
  );
}
