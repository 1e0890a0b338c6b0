// A new kind cluster: on the machine's Docker where that answers, as its users have it, else on a Docker engine of our own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { requireEngine } from '../../cluster/kind/engine-needs.ts';
import type { Stage } from '../../cluster/stages.ts';
import type { Options } from '../options.ts';
import { provideKindHere } from './kind-here.ts';
import { provideKindPublished } from './kind-published.ts';
import { locate, type Provided } from './provided.ts';

const execute = promisify(execFile);

/** Creates the cluster, with the project's image in it. Fails where there is no Docker, nor what an engine of our own needs. */
export async function provideKind(options: Options, stage: Stage): Promise<Provided> {
  if (await dockerAnswers()) return provideKindPublished(options, stage);
  requireEngine();
  return provideKindHere(options, stage);
}

async function dockerAnswers(): Promise<boolean> {
  if (!locate('docker')) return false;
  return execute('docker', ['version'], { timeout: 30_000 }).then(
    () => true,
    () => false,
  );
}
