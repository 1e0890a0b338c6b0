import { once } from 'node:events';
import { createAsker } from '../programs/jsonmetrics/ask.ts';
import { createPage } from '../programs/jsonmetrics/serve.ts';
import { parseSettings, type Settings, usage } from '../programs/jsonmetrics/settings.ts';
import { endAtOnce, logOn, runProgram } from '../programs/kit/small-program.ts';

const say = logOn(process.stdout);

async function start({ target, host, port, patience, metrics }: Settings): Promise<void> {
  const server = createPage(metrics, createAsker(target, patience), say).listen(port, host);
  await once(server, 'listening');
  say('info', 'listening', { port });
}

process.title = 'jsonmetrics';
endAtOnce();
await runProgram(parseSettings(process.argv.slice(2)), usage, start);
