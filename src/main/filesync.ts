import { setTimeout as sleep } from 'node:timers/promises';
import { createKeeper, fillOnce } from '../programs/filesync/keep.ts';
import { filesync, type Settings } from '../programs/filesync/settings.ts';
import { openTarget, type Target } from '../programs/filesync/target.ts';
import { byCall, bySignal } from '../programs/filesync/tell.ts';
import { logOn } from '../programs/kit/log.ts';
import { runProgram, untilEnding } from '../programs/kit/program.ts';
import { version } from './version.ts';

const say = logOn(process.stdout);

/** As long as the pod lives. */
async function keep({ source, signal, process: name, call, method, period }: Settings, target: Target): Promise<never> {
  const tellers = [
    ...(signal ? [bySignal(`SIG${signal}`, name, '/proc')] : []),
    ...(call ? [byCall(call, method)] : []),
  ];
  const keeper = createKeeper(source, target, tellers, say);
  for (;;) {
    await keeper.turn(performance.now());
    await sleep(period);
  }
}

async function start(settings: Settings, ending: AbortSignal): Promise<number> {
  const target = openTarget(settings.target, Number.parseInt(settings.mode, 8));
  if (settings.ready) return target.phase() === 'filling' ? 1 : 0;
  if (settings.once) fillOnce(settings.source, target, say);
  else await Promise.race([keep(settings, target), untilEnding(ending)]);
  return 0;
}

await runProgram(filesync, version, start);
