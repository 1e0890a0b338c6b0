#!/usr/bin/env node
import { processConsole } from '../cli/process-console.ts';
import { version } from './version.ts';

const console = processConsole();
// What the other commands need takes longer to load than Node itself.
if (['version', '--version', '-v'].includes(console.args.join(' '))) console.stdout(`${version}\n`);
else
  import('./run-sidecar.ts').then(({ runSidecar }) => {
    process.exitCode = runSidecar(console);
  });
