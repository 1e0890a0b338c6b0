import { isHealthy } from '../server/health-check.ts';
import { readSettings, serverHelp } from '../server/settings.ts';
import { runServer } from './run-server.ts';
import { version } from './version.ts';

const { settings, problems } = readSettings(process.argv.slice(2), process.env);
if (settings.help) process.stdout.write(serverHelp());
else if (settings.version) process.stdout.write(`${version}\n`);
else if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 2;
} else if (settings.check) process.exitCode = (await isHealthy(settings.host, settings.port)) ? 0 : 1;
else await runServer(settings);
