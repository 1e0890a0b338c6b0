// The command line behind `npm run cluster`.
import { parseArgs } from 'node:util';
import { ensureBinaries } from './binaries.ts';
import { knownClusters } from './cluster-folder.ts';
import { imageRecipes } from './image-recipes.ts';
import { ensureImages } from './images.ts';
import { startNode } from './node-cluster.ts';
import { leftovers, removeCluster } from './remove-cluster.ts';
import { openRunningNode } from './running-node.ts';
import { tryExample } from './try.ts';

const usage = `A Kubernetes node of its own on this machine, for trying and testing (Linux, root).

  npm run cluster -- up      bring it up and leave it running
  npm run cluster -- try examples/git.yaml
                             apply an example through the injector and watch it come up, to the page it serves
  npm run cluster -- status  what is running
  npm run cluster -- down    take it down, with every trace

  --name NAME   which one, where several are wanted (default: dev)
  --all         down: all of them
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { name: { type: 'string', default: 'dev' }, all: { type: 'boolean', default: false } },
  });
  switch (positionals[0]) {
    case 'up':
      return up(values.name);
    case 'try':
      return attempt(values.name, positionals[1]);
    case 'down':
      return down(values.all ? knownClusters() : [values.name]);
    case 'status':
      return status();
    default:
      process.stderr.write(usage);
      return positionals[0] === 'help' ? 0 : 2;
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

async function attempt(name: string, file: string | undefined): Promise<number> {
  if (!file) throw new Error('npm run cluster -- try FILE: for instance examples/git.yaml');
  if (!knownClusters().includes(name)) throw new Error(`The cluster "${name}" is not running: npm run cluster -- up`);
  const programs = await ensureBinaries(['kubectl', 'ctr', 'pause']);
  return tryExample(
    openRunningNode(name, programs, () => {}),
    file,
  );
}

function down(names: readonly string[]): number {
  for (const name of names) {
    if (leftovers(name).length === 0) {
      process.stdout.write(`There is no cluster "${name}".\n`);
      continue;
    }
    removeCluster(name);
    process.stdout.write(`The cluster "${name}" is gone.\n`);
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
