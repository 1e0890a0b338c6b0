// First, so that it counts while the others are loaded.
import './small-start.ts';
import { isHealthy } from '../server/health-check.ts';
import { readSettings, type Settings, serverHelp } from '../server/settings.ts';
import { runServer } from './run-server.ts';
import { version } from './version.ts';

const { settings, problems } = readSettings(process.argv.slice(2), process.env);
if (settings.help) process.stdout.write(serverHelp());
else if (settings.version) process.stdout.write(`${version}\n`);
else if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 2;
} else if (settings.check) void check(settings);
else void runServer(settings);

async function check({ host, port }: Settings): Promise<void> {
  process.exitCode = (await isHealthy(host, port)) ? 0 : 1;
}
