import { call, isFine } from '../kit/http-client.ts';
import { listProcesses, type Process, processesCalled } from './processes.ts';

/** A way to tell the app that its files have changed. */
export interface Teller {
  readonly name: string;
  /** Tells of a change at that time and says how; throws why that could not be done. */
  tell(changed: number): Promise<string>;
}

/** Milliseconds that a call may take. */
const timeout = 10_000;

/**
 * Milliseconds by which a process must be younger than a change to be sure to have read it: its age is known roughly.
 */
const margin = 100;

/**
 * Sends the signal to each process of that name, and of this user, that is older than the change. A younger one has
 * read the new files, and might not be ready for a signal yet, which would then end it.
 */
export function bySignal(signal: NodeJS.Signals, name: string, proc: string): Teller {
  return {
    name: `${signal} to ${name}`,
    async tell(changed) {
      const all = listProcesses(proc);
      const found = processesCalled(name, all);
      if (found.length === 0) {
        const others = [...new Set(all.map(({ names }) => names[0]))].slice(0, 20);
        throw new Error(`no process is called ${name}; there are ${others.join(', ')}`);
      }
      const old = found.filter(({ started }) => started < changed + margin);
      if (old.length === 0) return `${pidsOf(found)} started after the change`;
      const user = process.getuid?.() ?? 0;
      const ours = old.filter((each) => user === 0 || each.user === user);
      if (ours.length === 0) {
        const whose = `${name} (${pidsOf(old)}) runs as user ${old[0]?.user}, this one as ${user}`;
        throw new Error(`${whose}: signals need the same user`);
      }
      for (const { pid } of ours) process.kill(pid, signal);
      return `sent to ${pidsOf(ours)}`;
    },
  };
}

const pidsOf = (processes: readonly Process[]) => processes.map(({ pid }) => pid).join(', ');

/** Calls an address of the pod; any answer from 200 to 299 will do. */
export function byCall(url: URL, method: string): Teller {
  return {
    name: `${method} ${url.href}`,
    async tell() {
      const { status } = await call(url, { method, timeout, longest: 0 });
      if (!isFine(status)) throw new Error(`the answer is ${status}`);
      return `the answer is ${status}`;
    },
  };
}
