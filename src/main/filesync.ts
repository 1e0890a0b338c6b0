import { setTimeout as sleep } from 'node:timers/promises';
import { createKeeper, fillOnce } from '../programs/filesync/keep.ts';
import { parseSettings, type Settings, usage } from '../programs/filesync/settings.ts';
import { openTarget, type Target } from '../programs/filesync/target.ts';
import { byCall, bySignal } from '../programs/filesync/tell.ts';
import { endAtOnce, logOn, runProgram } from '../programs/kit/small-program.ts';

const say = logOn(process.stdout);

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
endAtOnce();
await runProgram(parseSettings(process.argv.slice(2)), usage, start);
