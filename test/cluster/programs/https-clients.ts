// Asks an HTTPS server again and again, by a client that keeps its connection and by one that never does. Prints what
// came of it, a line each 100 ms, until its input ends.
import { Agent, type AgentOptions, get } from 'node:https';
import { argv, stdin, stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';

/** Where to ask, for which name, and who has signed its certificate. */
export interface Question {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly ca: string;
}

export interface ClientReport {
  readonly requests: number;
  /** Of the certificates that it was served with. */
  readonly serials: readonly string[];
  readonly failures: readonly string[];
}

export interface ClientReports {
  readonly keeping: ClientReport;
  readonly fresh: ClientReport;
}

let ended = false;

/** Asks until all is over; `pause` in milliseconds. */
function startClient({ host, port, name, ca }: Question, options: AgentOptions, pause: number) {
  const agent = new Agent({ ca, ...options });
  const [serials, failures] = [new Set<string>(), [] as string[]];
  let requests = 0;
  const ask = () =>
    new Promise<void>((resolve) => {
      const fail = (error: Error) => {
        failures.push(error.message);
        resolve();
      };
      const headers = { host: name };
      const request = get({ host, port, servername: name, headers, agent, timeout: 60_000 }, (response) => {
        if (response.statusCode === 200) serials.add((response.socket as TLSSocket).getPeerCertificate().serialNumber);
        else failures.push(`status ${response.statusCode}`);
        response.resume().on('error', fail).on('end', resolve);
      });
      request.on('error', fail).on('timeout', () => request.destroy(new Error('no answer for 60 s')));
    });
  const asking = (async () => {
    while (!ended) {
      await ask();
      requests += 1;
      await sleep(pause);
    }
    agent.destroy();
  })();
  return { asking, report: (): ClientReport => ({ requests, serials: [...serials], failures }) };
}

const question = JSON.parse(argv[1] ?? '') as Question;
// nginx ends a connection after 1000 requests, so this one pauses.
const keeping = startClient(question, { keepAlive: true, maxSockets: 1 }, 100);
const fresh = startClient(question, { maxCachedSessions: 0 }, 20);
const print = () => stdout.write(`${JSON.stringify({ keeping: keeping.report(), fresh: fresh.report() })}\n`);

stdin.resume().on('end', () => {
  ended = true;
});
while (!ended) {
  print();
  await sleep(100);
}
await Promise.all([keeping.asking, fresh.asking]);
print();
