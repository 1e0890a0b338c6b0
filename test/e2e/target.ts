// The cluster that the suites run against, as `run.ts` describes it to them, whoever provides it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endingWithUs } from '../cluster/daemon.ts';
import { createKubectl, type Kubectl } from '../cluster/kubectl.ts';

const execute = promisify(execFile);
export const project = join(import.meta.dirname, '..', '..');

export type Provider = 'node' | 'kind' | 'existing';

/** Everything as data, so that it can be handed to another process. */
export interface TargetDescription {
  readonly provider: Provider;
  /** Of the node or of the kind cluster; empty for one that exists anyway. */
  readonly cluster: string;
  readonly kubeconfig: string;
  /** For what is written while the cluster is used; gone with it. */
  readonly folder: string;
  readonly programs: { readonly kubectl: string; readonly helm: string };
  /** The project's own image, `repository:tag`, as the cluster can get it. */
  readonly image: string;
  /** With git and a node that runs TypeScript. */
  readonly gitServerImage: string;
  /**
   * How Docker is called, where the cluster's nodes are its containers: the program, and what leads it to its engine.
   */
  readonly docker?: readonly [string, ...string[]];
  /** How the cluster reaches this machine; without it no webhook can run outside of the cluster. */
  readonly host?: string;
}

export interface Target extends TargetDescription {
  /** As the user would call it, whatever comes of it. */
  readonly run: Kubectl;
  /** Runs kubectl, which must succeed, and returns what it printed. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>;
  /** `kubectl get … -o json`. */
  get<T>(...args: string[]): Promise<T>;
  apply(namespace: string, ...objects: readonly object[]): Promise<void>;
  helm(...args: string[]): Promise<string>;
}

/** The target with its commands. */
export function openTarget(description: TargetDescription): Target {
  const { programs, kubeconfig, folder } = description;
  const run = createKubectl(programs.kubectl, kubeconfig, join(folder, 'kubectl-cache'));
  const kubectl = async (args: readonly string[], stdin?: string) => {
    const { code, stdout, stderr } = await run(args, stdin === undefined ? {} : { stdin });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
    return stdout;
  };
  return {
    ...description,
    run,
    kubectl,
    get: async (...args) => JSON.parse(await kubectl(['get', ...args, '-o', 'json'])),
    async apply(namespace, ...objects) {
      // As one list: kubectl before 1.36 takes no JSON documents that are joined with `---`.
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      await kubectl(['apply', '-n', namespace, '-f', '-'], JSON.stringify(list));
    },
    async helm(...args) {
      const home = Object.fromEntries(['CACHE', 'CONFIG', 'DATA'].map((kind) => [`HELM_${kind}_HOME`, folder]));
      const env = { ...process.env, KUBECONFIG: kubeconfig, ...home };
      return (await execute(...endingWithUs(programs.helm, args), { cwd: project, env })).stdout;
    },
  };
}

/** The target of this run of the suites. */
export function givenTarget(): Target {
  const text = process.env.E2E_TARGET;
  if (!text) throw new Error('no cluster is given: start the suites by `npm run e2e`');
  return openTarget(JSON.parse(text) as TargetDescription);
}
