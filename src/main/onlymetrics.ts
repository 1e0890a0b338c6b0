import { listen } from '../programs/kit/http-server.ts';
import { logOn } from '../programs/kit/log.ts';
import { runProgram, untilEnding } from '../programs/kit/program.ts';
import { createGate } from '../programs/onlymetrics/serve.ts';
import { onlymetrics, type Settings } from '../programs/onlymetrics/settings.ts';
import { version } from './version.ts';

const say = logOn(process.stdout);

async function start({ target, timeout, ...settings }: Settings, ending: AbortSignal): Promise<number> {
  const url = await listen(createGate(target, timeout, say), settings['web.listen-address'], '--web.listen-address');
  say('info', 'listening', { url: `${url}/metrics` });
  await untilEnding(ending);
  return 0;
}

await runProgram(onlymetrics, version, start);
