import { logOn } from '../programs/kit/log.ts';
import { runProgram } from '../programs/kit/program.ts';
import { createFollowing } from '../programs/logship/follow.ts';
import { createHarvest } from '../programs/logship/harvest.ts';
import { isReady, openMemory } from '../programs/logship/memory.ts';
import { openOutput } from '../programs/logship/open-output.ts';
import { followSettings, harvestSettings, logship, type Settings } from '../programs/logship/settings.ts';
import { ship } from '../programs/logship/ship.ts';
import { version } from './version.ts';

// The standard output may be for the lines of the app.
const say = logOn(process.stderr);

async function start(settings: Settings, ending: AbortSignal): Promise<number> {
  if (settings.ready) return isReady(settings.state) ? 0 : 1;
  const memory = openMemory(settings.state, say);
  const following = createFollowing(followSettings(settings), memory.recall(), say);
  const harvest = createHarvest(following, harvestSettings(settings));
  const output = openOutput(settings, process.stdout, say);
  say('info', 'following', { folder: settings.folder, to: settings.to });
  await ship(settings, following, harvest, output, memory, say, ending);
  say('info', 'everything is shipped');
  return 0;
}

await runProgram(logship, version, start);
