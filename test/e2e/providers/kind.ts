// A new kind cluster: on the machine's Docker where that answers, as its users have it, else on a Docker engine of our
// own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { requireEngine } from '../../cluster/kind/engine-needs.ts';
import type { Stage } from '../../cluster/stages.ts';
import type { Options } from '../options.ts';
import { provideKindHere } from './kind-here.ts';
import { provideKindPublished } from './kind-published.ts';
import { locate, type Provided } from './provided.ts';

const execute = promisify(execFile);

/**
 * Creates the cluster, with the project's image in it. Fails where there is no Docker, nor what an engine of our own
 * needs.
 */
export async function provideKind(options: Options, stage: Stage): Promise<Provided> {
  const whyNotDocker = await failureOfDocker();
  if (whyNotDocker === undefined) return provideKindPublished(options, stage);
  requireEngine(whyNotDocker);
  return provideKindHere(options, stage);
}

/** Why the machine's Docker can't be used, in its own words where it has some; undefined where it answers. */
async function failureOfDocker(): Promise<string | undefined> {
  if (!locate('docker')) return 'there is no docker on the PATH';
  return execute('docker', ['version'], { timeout: 30_000 }).then(
    () => undefined,
    ({ stderr }: { stderr?: string }) => stderr?.trim().replace(/\.$/, '') || 'docker does not answer within 30 s',
  );
}
