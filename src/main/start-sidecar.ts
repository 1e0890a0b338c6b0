import type { Console, ExitCode } from '../cli/console.ts';
import { processConsole } from '../cli/process-console.ts';
import { version } from './version.ts';

/** What run-sidecar.ts has, which takes longer to load than Node itself. */
export interface CommandLine {
  readonly runSidecar: (console: Console) => ExitCode;
}

/** Runs the command of this process. `load` is not called for `version`. */
export async function startSidecar(load: () => CommandLine | Promise<CommandLine>): Promise<void> {
  const console = processConsole();
  if (['version', '--version', '-v'].includes(console.args.join(' '))) console.stdout(`${version}\n`);
  else process.exitCode = (await load()).runSidecar(console);
}
