import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificatePair } from '../../src/certificates/pair.ts';
import { startDaemon } from '../cluster/daemon.ts';
import { until } from './explained.ts';

const program = `
const { cert, key } = process.env;
const server = require('node:https').createServer({ cert, key }, (_request, response) => response.end());
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/**
 * A server with this certificate, in a process of its own: that of the test waits for kubectl, and answers nobody
 * meanwhile.
 */
export async function startTlsServer({ cert, key }: CertificatePair): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'tls-server-'));
  const { logFile, stop } = startDaemon({
    ...{ name: 'tls-server', command: process.execPath, args: ['-e', program] },
    ...{ directory, environment: { cert, key }, lifetime: 'parent' },
  });
  const port = () => /^\d+$/m.exec(readFileSync(logFile, 'utf8'))?.[0];
  await until(async () => port() !== undefined, 'a server that listens');
  return {
    url: `https://127.0.0.1:${port()}/mutate`,
    async stop() {
      await stop();
      rmSync(directory, { recursive: true });
    },
  };
}
