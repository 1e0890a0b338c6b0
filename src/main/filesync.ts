import { setTimeout as sleep } from 'node:timers/promises';
import { createKeeper, fillOnce, type Say } from '../filesync/keep.ts';
import { parseSettings, type Settings, usage } from '../filesync/settings.ts';
import { openTarget, type Target } from '../filesync/target.ts';
import { byCall, bySignal } from '../filesync/tell.ts';

/** One JSON object per line, in the form of the server's log. */
const say: Say = (level, msg, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`);
};

/** As long as the pod lives. */
async function keep({ source, signal, process: name, call, method, period }: Settings, target: Target): Promise<void> {
  const tellers = [...(signal ? [bySignal(signal, name, '/proc')] : []), ...(call ? [byCall(call, method)] : [])];
  const keeper = createKeeper(source, target, tellers, say);
  for (;;) {
    await keeper.turn(performance.now());
    await sleep(period);
  }
}

async function start(settings: Settings): Promise<void> {
  const target = openTarget(settings.target, settings.mode);
  if (settings.task === 'ready') process.exitCode = target.phase() === 'filling' ? 1 : 0;
  else if (settings.task === 'once') fillOnce(settings.source, target, say);
  else await keep(settings, target);
}

// Where processes are shared, one that is looked for as "node" must not be found in this one.
process.title = 'filesync';
// The first process of a PID namespace gets no default handling of signals.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));

const parsed = parseSettings(process.argv.slice(2));
if ('help' in parsed) process.stdout.write(usage);
else if ('problems' in parsed) {
  for (const problem of parsed.problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
} else {
  start(parsed.settings).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
