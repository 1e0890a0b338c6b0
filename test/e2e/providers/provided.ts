// What every provider gives: a cluster, and how to get rid of it.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ensureBinaries } from '../../cluster/binaries.ts';
import type { TargetDescription } from '../target.ts';

export interface Provided {
  readonly description: TargetDescription;
  remove(): Promise<void>;
}

/** With git, and a node that runs TypeScript; where images can be pulled. */
export const publicGitServerImage = 'docker.io/library/node:24-bookworm';

/** The program on the search path, or undefined. */
export function locate(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** kubectl and helm: the machine's own, or else as they are built for the node. */
export async function clientPrograms(): Promise<{ kubectl: string; helm: string }> {
  const [kubectl, helm] = [locate('kubectl'), locate('helm')];
  return {
    kubectl: kubectl ?? (await ensureBinaries(['kubectl'])).kubectl,
    helm: helm ?? (await ensureBinaries(['helm'])).helm,
  };
}
