// `kubectl port-forward` that lasts: kubectl ends when the pod resets a connection, and is then started anew on the
// same port.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { endingWithUs } from '../../cluster/daemon.ts';
import type { Target } from '../target.ts';
import type { Pod } from './shapes.ts';

export interface PortForward {
  readonly url: string;
  close(): void;
}

/** Forwards a port of this machine to the pod's until it is closed. Fails where kubectl ends before it forwards. */
export async function openPortForward(target: Target, pod: Pod, port: number): Promise<PortForward> {
  let current = await start(target, pod, `:${port}`);
  let closed = false;
  const { own } = current;
  const keep = async () => {
    while (!closed) {
      if (current.child.exitCode === null && current.child.signalCode === null) await once(current.child, 'exit');
      if (closed) return;
      const next = await start(target, pod, `${own}:${port}`).catch(() => sleep(200));
      if (next) current = next;
      if (closed) current.child.kill();
    }
  };
  void keep();
  return {
    url: `http://127.0.0.1:${own}`,
    close() {
      closed = true;
      current.child.kill();
    },
  };
}

async function start({ programs, kubeconfig }: Target, { metadata }: Pod, ports: string) {
  const args = ['--kubeconfig', kubeconfig, 'port-forward', '-n', metadata.namespace, `pod/${metadata.name}`, ports];
  const child = spawn(...endingWithUs(programs.kubectl, args), { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-1000);
  });
  const own = await ownPort(child);
  if (own) return { child, own };
  child.kill();
  throw new Error(`kubectl port-forward to ${metadata.name} ${ports} ended: ${complaints.trim()}`);
}

/** The port that kubectl says it listens on. What it says of each connection is read and thrown away. */
async function ownPort({ stdout }: ChildProcess): Promise<string | undefined> {
  if (!stdout) return undefined;
  const lines = createInterface(stdout);
  for await (const line of lines) {
    const own = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (!own) continue;
    stdout.resume();
    return own;
  }
  return undefined;
}
