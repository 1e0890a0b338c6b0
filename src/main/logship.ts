import { createHarvest } from '../logship/harvest.ts';
import { isReady, openMemory } from '../logship/memory.ts';
import { openOutput } from '../logship/open-output.ts';
import { usage } from '../logship/options.ts';
import { parseSettings, type Settings } from '../logship/settings.ts';
import { ship } from '../logship/ship.ts';
import { logOn, runProgram } from './small-program.ts';

// The standard output may be for the lines of the app.
const say = logOn(process.stderr);

async function start(settings: Settings, ending: AbortSignal): Promise<void> {
  if (settings.ready) {
    process.exitCode = isReady(settings.state) ? 0 : 1;
    return;
  }
  const memory = openMemory(settings.state, say);
  const harvest = createHarvest(settings, memory.recall(), say);
  const output = openOutput(settings, process.stdout, say);
  say('info', 'following', { folder: settings.folder, to: settings.to });
  await ship(settings, harvest, output, memory, say, ending);
  say('info', 'everything is shipped');
}

// By which it is found among the processes of a pod that shares them.
process.title = 'logship';
const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());

await runProgram(parseSettings(process.argv.slice(2)), usage, (settings) => start(settings, ending.signal));
