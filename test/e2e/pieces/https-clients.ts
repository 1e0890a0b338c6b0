// Clients of an HTTPS server, in another pod of the cluster. Through `kubectl port-forward` they could not tell whose
// failures they see: it ends all connections when one of them is reset.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endingWithUs } from '../../cluster/daemon.ts';
import type { ClientReports, Question } from '../../cluster/programs/https-clients.ts';
import { project, type Target } from '../target.ts';
import { elsewhere } from './git-server.ts';

export interface HttpsClients {
  /** What came of their requests so far; nothing before they have begun. */
  reports(): ClientReports | undefined;
  /** Ends them, and says what came of all their requests. Harmless when called twice. */
  end(): Promise<ClientReports>;
}

/** Starts one client that keeps its connection and one that never does. */
export function startHttpsClients({ programs, kubeconfig }: Target, question: Question): HttpsClients {
  const program = readFileSync(join(project, 'test/cluster/programs/https-clients.ts'), 'utf8');
  const node = ['node', '--input-type=module-typescript', '-e', program, JSON.stringify(question)];
  const args = ['--kubeconfig', kubeconfig, 'exec', '-i', ...elsewhere, '--', ...node];
  const child = spawn(...endingWithUs(programs.kubectl, args), { stdio: ['pipe', 'pipe', 'pipe'] });
  let last: ClientReports | undefined;
  let complaints = '';
  createInterface(child.stdout).on('line', (line) => {
    last = JSON.parse(line) as ClientReports;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-1000);
  });
  const ended = once(child, 'close');
  return {
    reports: () => last,
    async end() {
      child.stdin.end();
      const [code] = await ended;
      if (code !== 0 || !last) throw new Error(`the clients ended with code ${code}: ${complaints.trim()}`);
      return last;
    },
  };
}
