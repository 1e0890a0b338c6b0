// The command line of `npm run e2e`.
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { folderOf } from '../cluster/cluster-folder.ts';
import { type Provider, project } from './target.ts';

export const usage = `Runs the injector in a real cluster and checks what the injected pods do.

  npm run e2e                                 on a new node on this machine (Linux, root)
  npm run e2e -- --provider kind              on a new kind cluster, by Docker and kind; without Docker, on an engine of
                                              its own (Debian, root)
  npm run e2e -- --provider existing --image REPOSITORY:TAG [--kubeconfig FILE]
                                              on an existing cluster that can pull the image; the chart is installed
                                              for all namespaces, and removed after the run
  npm run e2e -- --provider none              only the suites that start nodes of their own (Linux, root)
  npm run e2e -- FILTER …                     only the suites whose file name contains a filter

  --name NAME   name of the node or kind cluster (default: e2e)
`;

export interface Options {
  readonly provider: Provider | 'none';
  readonly name: string;
  readonly kubeconfig: string | undefined;
  readonly image: string | undefined;
  readonly filters: readonly string[];
}

/** Reads the command line. @throws an error whose message says what is wrong */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      provider: { type: 'string', default: 'node' },
      name: { type: 'string', default: 'e2e' },
      kubeconfig: { type: 'string' },
      image: { type: 'string' },
    },
  });
  const provider = (['node', 'kind', 'existing', 'none'] as const).find((each) => each === values.provider);
  if (!provider) throw new Error(`--provider is node, kind, existing or none, not ${values.provider}`);
  if (provider !== 'existing') folderOf(values.name); // which says what a name may be
  if (provider === 'none' && positionals.length > 0)
    throw new Error('--provider none takes no filter: there is no cluster');
  for (const filter of positionals) refuseUnknown(filter);
  const kubeconfig = values.kubeconfig ?? process.env.KUBECONFIG;
  if (provider === 'existing') {
    if (!kubeconfig) throw new Error('--provider existing needs --kubeconfig FILE, or KUBECONFIG');
    if (!/:[^/:]+$/.test(values.image ?? ''))
      throw new Error(
        '--provider existing needs --image REPOSITORY:TAG: the project’s image where the cluster can pull it',
      );
  }
  return {
    provider,
    name: values.name,
    kubeconfig: kubeconfig && resolve(kubeconfig),
    image: values.image,
    filters: positionals,
  };
}

/** Before a cluster is brought up for suites that do not exist. */
function refuseUnknown(filter: string): void {
  const suites = globSync('test/**/*.e2e.ts', { cwd: project });
  if (suites.some((suite) => join(project, suite).includes(filter.replace(/^\.\/|:\d+$/g, '')))) return;
  const names = suites.map((suite) => /([^/]+)\.e2e\.ts$/.exec(suite)?.[1]).sort();
  throw new Error(`no suite's file name contains "${filter}"; there are ${names.join(', ')}`);
}
