import type { Say } from '../logship/entry.ts';
import { createHarvest } from '../logship/harvest.ts';
import { isReady, openMemory } from '../logship/memory.ts';
import { openOutput } from '../logship/open-output.ts';
import { usage } from '../logship/options.ts';
import { parseSettings, type Settings } from '../logship/settings.ts';
import { ship } from '../logship/ship.ts';

/** One JSON object per line, in the form of the server's log; the standard output may be for the lines of the app. */
const say: Say = (level, msg, fields = {}) => {
  process.stderr.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`);
};

async function start(settings: Settings, ending: AbortSignal): Promise<void> {
  if (settings.ready) {
    process.exitCode = isReady(settings.state) ? 0 : 1;
    return;
  }
  const memory = openMemory(settings.state);
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

const parsed = parseSettings(process.argv.slice(2));
if ('help' in parsed) process.stdout.write(usage);
else if ('problems' in parsed) {
  for (const problem of parsed.problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
} else {
  start(parsed.settings, ending.signal).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
