import { once } from 'node:events';
import { createAsker } from '../jsonmetrics/ask.ts';
import { createPage } from '../jsonmetrics/serve.ts';
import { parseSettings, type Settings, usage } from '../jsonmetrics/settings.ts';
import { endAtOnce, logOn, runProgram } from './small-program.ts';

const say = logOn(process.stdout);

async function start({ target, host, port, patience, metrics }: Settings): Promise<void> {
  const server = createPage(metrics, createAsker(target, patience), say).listen(port, host);
  await once(server, 'listening');
  say('info', 'listening', { port });
}

process.title = 'jsonmetrics';
endAtOnce();
await runProgram(parseSettings(process.argv.slice(2)), usage, start);
