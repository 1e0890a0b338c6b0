// `node tools/release/compile.ts FOLDER`: writes run-sidecar.cache, what V8 makes of run-sidecar.cjs in FOLDER when it
// injects every example: with it, V8 need not compile the functions that ran when it runs them again.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { processConsole } from '../../src/cli/process-console.ts';
import { compiledProgram } from '../../src/main/compiled-program.ts';
import type { CommandLine } from '../../src/main/start-sidecar.ts';
import { root } from './release.ts';

/** V8 keeps in the cache how far they came with a function. They work in threads, so that differs from run to run. */
const optimizers = ['sparkplug', 'maglev', 'turbofan'];

const [folder = ''] = process.argv.slice(2);
for (const name of optimizers) setFlagsFromString(`--no-${name}`);
const { script, load } = compiledProgram<CommandLine>(readFileSync(join(folder, 'run-sidecar.cjs'), 'latin1'));
const { runSidecar } = load(createRequire(import.meta.url), folder);
const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.yaml'));
const quiet = { ...processConsole(), stdout: () => undefined, stderr: () => undefined };
for (const name of examples.sort())
  if (runSidecar({ ...quiet, args: ['inject', '-f', join(root, 'examples', name)] }) !== 0) throw new Error(name);
// The cache holds the options that V8 has now, and V8 uses it only with the same ones.
for (const name of optimizers) setFlagsFromString(`--${name}`);
writeFileSync(join(folder, 'run-sidecar.cache'), script.createCachedData());
