import { Script } from 'node:vm';

/** A program that is compiled, and not yet run. */
export interface CompiledProgram<Exports> {
  readonly script: Script;
  /** Runs the program, which gets `require` and the folder that its files are in, and gives what it exports. */
  readonly load: (require: NodeJS.Require, folder?: string) => Exports;
}

/**
 * Compiles a program that the build wrapped in a function. `cache`: what V8 made of the same text before. V8 does not
 * use it where it is another version or has other options.
 */
export function compiledProgram<Exports>(source: string, cache?: Uint8Array): CompiledProgram<Exports> {
  const script = new Script(source, { filename: 'sidecar.cjs', ...(cache && { cachedData: cache }) });
  const load = (require: NodeJS.Require, folder = '') => {
    const module = { exports: {} as Exports }; // filled by the program
    script.runInThisContext()(module, require, folder);
    return module.exports;
  };
  return { script, load };
}
