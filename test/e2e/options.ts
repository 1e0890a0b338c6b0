// What `npm run e2e` is told on its command line.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Provider } from './target.ts';

export const usage = `Runs the injector in a real cluster and asserts what its pods do.

  npm run e2e                                 on a node of its own, on this machine (Linux, root)
  npm run e2e -- --provider kind              on a new kind cluster (Docker, kind, kubectl)
  npm run e2e -- --provider existing --image REPOSITORY:TAG [--kubeconfig FILE]
                                              on a cluster that is there, which can pull that image;
                                              the chart is installed in it for the time of the run, for all namespaces
  npm run e2e -- FILTER …                     only the suites whose file names contain one of these

  --name NAME   of the node or kind cluster (default: e2e)
`;

export interface Options {
  readonly provider: Provider;
  readonly name: string;
  readonly kubeconfig: string | undefined;
  readonly image: string | undefined;
  readonly filters: readonly string[];
}

/** Reads the command line; what is wrong with it is thrown as a sentence. */
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
  const provider = (['node', 'kind', 'existing'] as const).find((each) => each === values.provider);
  if (!provider) throw new Error(`--provider is node, kind or existing, not ${values.provider}`);
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
