// Connections to the injector at a steady rate, by a client that trusts what is registered at that moment, and nothing
// else.
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import type { Target } from '../target.ts';
import { release } from './chart.ts';
import { until } from './until.ts';

export interface Handshakes {
  readonly done: number;
  /** What became of those that failed. */
  readonly failures: readonly string[];
}

/** Milliseconds. */
const every = 100;

/**
 * Connects through the Service, again and again until it is shown the certificate whose serial number `expected` gives.
 */
export async function whileConnecting(target: Target, expected: Promise<string>): Promise<Handshakes> {
  const host = await target.kubectl(['get', 'service', release, '-n', release, '-o', 'jsonpath={.spec.clusterIP}']);
  const servername = `${release}.${release}.svc`;
  const failures: string[] = [];
  let [done, wanted, shown] = [0, 'not known yet', ''];
  const known = expected.then((serial) => {
    wanted = serial;
  });
  known.catch(() => {}); // told below
  const connect = async () => {
    const socket = connectTls({ host, port: 443, servername, ca: await registered(target) });
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(10_000) }).then(
      () => {
        done++;
        shown = socket.getPeerCertificate().serialNumber;
      },
      (error: Error) => void failures.push(error.message),
    );
    socket.on('error', () => {}).destroy(); // nobody needs it any more
    return shown === wanted || undefined;
  };
  await until('the new certificate is shown', connect, { seconds: 240, every });
  await known;
  return { done, failures };
}

async function registered({ kubectl }: Target): Promise<string> {
  const field = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
  return Buffer.from(await kubectl(['get', 'mutatingwebhookconfiguration', release, '-o', field]), 'base64').toString();
}
