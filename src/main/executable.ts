// The command line as one file that needs no Node. The rest of it is in the file as text and as what V8 made of that
// when the file was built, so that V8 need not compile it again.
import { createRequire } from 'node:module';
import sea from 'node:sea';
import { compiledProgram } from './compiled-program.ts';
import { type CommandLine, startSidecar } from './start-sidecar.ts';

startSidecar(() => {
  const source = Buffer.from(sea.getRawAsset('run-sidecar.cjs')).toString('latin1'); // it is ASCII
  const { load } = compiledProgram<CommandLine>(source, new Uint8Array(sea.getRawAsset('run-sidecar.cache')));
  return load(createRequire(process.execPath));
});
