import { logOn, runProgram } from '../programs/kit/small-program.ts';
import { createHarvest } from '../programs/logship/harvest.ts';
import { isReady, openMemory } from '../programs/logship/memory.ts';
import { openOutput } from '../programs/logship/open-output.ts';
import { usage } from '../programs/logship/options.ts';
import { parseSettings, type Settings } from '../programs/logship/settings.ts';
import { ship } from '../programs/logship/ship.ts';

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
