import { createAsker } from '../programs/jsonmetrics/ask.ts';
import { createPage } from '../programs/jsonmetrics/serve.ts';
import { jsonmetrics, type Settings } from '../programs/jsonmetrics/settings.ts';
import { listen } from '../programs/kit/http-server.ts';
import { logOn } from '../programs/kit/log.ts';
import { runProgram, untilEnding } from '../programs/kit/program.ts';
import { version } from './version.ts';

const say = logOn(process.stdout);

async function start(settings: Settings, ending: AbortSignal): Promise<number> {
  const server = createPage(settings.value, createAsker(settings.target, settings.timeout), say);
  const url = await listen(server, settings['web.listen-address'], '--web.listen-address');
  say('info', 'listening', { url: `${url}/metrics` });
  await untilEnding(ending);
  return 0;
}

await runProgram(jsonmetrics, version, start);
