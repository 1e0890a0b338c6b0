// The command line behind `npm run cluster`.
import { resolve } from 'node:path';
import { readExample } from '../e2e/pieces/example.ts';
import { ensureBinaries } from './binaries.ts';
import { knownClusters } from './cluster-folder.ts';
import { type Command, readCommand, usage } from './command-line.ts';
import { imageRecipes } from './image-recipes.ts';
import { ensureImages } from './images.ts';
import { startNode } from './node-cluster.ts';
import { leftovers, removeCluster } from './remove-cluster.ts';
import { openRunningNode } from './running-node.ts';
import { tryExample } from './try.ts';

async function main(): Promise<number> {
  const command = told();
  switch (command?.does) {
    case 'up':
      return up(command.name);
    case 'try':
      return attempt(command.name, command.file);
    case 'down':
      return down(command.all ? knownClusters() : [command.name]);
    case 'status':
      return status();
    case 'help':
      process.stdout.write(usage);
      return 0;
    default:
      return 2;
  }
}

/** What the command line says; where it says nothing that can be done, what is wrong is told. */
function told(): Command | undefined {
  try {
    return readCommand(process.argv.slice(2));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message.replace(/ To specify a positional argument.*/s, '')}\n\n${usage}`);
    return undefined;
  }
}

async function up(name: string): Promise<number> {
  const started = performance.now();
  const images = await ensureImages(imageRecipes);
  const node = await startNode({ name, lifetime: 'own', images });
  const { kubectl } = await ensureBinaries(['kubectl']);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`The cluster "${name}" is up (${seconds} s).

  export KUBECONFIG=${node.kubeconfig}
  alias kubectl=${kubectl}

Pods and Services are reached from here by their addresses; pods reach this machine at ${node.network.host}.
Logs of its programs: ${node.logs}
Take it down with: npm run cluster -- down${name === 'dev' ? '' : ` --name ${name}`}
`);
  return 0;
}

async function attempt(name: string, file: string): Promise<number> {
  // A problem in the file is told at once, not after what has to be prepared.
  readExample(resolve(file), '', {});
  const hint = `npm run cluster -- up${name === 'dev' ? '' : ` --name ${name}`}`;
  if (!knownClusters().includes(name)) throw new Error(`The cluster "${name}" is not running: ${hint}`);
  const programs = await ensureBinaries(['kubectl', 'ctr', 'pause']);
  return tryExample(
    openRunningNode(name, programs, () => {}),
    file,
  );
}

function down(names: readonly string[]): number {
  for (const name of names) {
    const found = leftovers(name).length > 0;
    // Also where there is none: an `up` that was killed can have left the folder of all clusters.
    removeCluster(name);
    process.stdout.write(found ? `The cluster "${name}" is gone.\n` : `There is no cluster "${name}".\n`);
  }
  return 0;
}

async function status(): Promise<number> {
  if (knownClusters().length === 0) process.stdout.write('No cluster is running.\n');
  const programs = await ensureBinaries(['kubectl', 'ctr', 'pause']);
  for (const name of knownClusters()) {
    const node = openRunningNode(name, programs, () => {});
    const nodes = await node.kubectl(['get', 'nodes', '--request-timeout=5s', '--no-headers']);
    const said = nodes.code === 0 ? nodes.stdout.trim() : `does not answer: ${nodes.stderr.trim().split('\n').at(-1)}`;
    process.stdout.write(`${name}: ${said}\n  KUBECONFIG=${node.kubeconfig}\n`);
  }
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
