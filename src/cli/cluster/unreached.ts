import type { Console, ExitCode } from '../console.ts';
import { say } from '../say.ts';
import type { Cluster } from './open-cluster.ts';

/**
 * Why a cluster cannot be asked anything, and what to do where that is known; undefined where it answers. What kubectl
 * said is the last of its notes then.
 */
export function unreached(cluster: Cluster): string | undefined {
  // Everyone may read the version.
  if (cluster.at('/version')) return undefined;
  const said = cluster.notes.at(-1) ?? '';
  if (/Unauthorized|expired certificate|tls: (?:bad|expired|unknown) certificate/.test(said))
    return 'The cluster does not accept the credentials of the kubeconfig: they have expired, or are wrong. Log in again.';
  if (/getting credentials|refresh[- ]token|refresh token|id-token/.test(said))
    return 'kubectl gets no credentials for the cluster. Log in again, and try kubectl version.';
  return 'The cluster of kubectl does not answer.';
}

/** Prints why a command has no answer: what kubectl said, and the errors. The exit code is that of every command. */
export function withoutAnswer(
  console: Pick<Console, 'stderr'>,
  notes: Cluster['notes'],
  errors: readonly string[],
): ExitCode {
  say(console, 'note', notes);
  say(console, 'error', errors);
  return 2;
}
