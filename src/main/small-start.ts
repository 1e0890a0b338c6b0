import { setFlagsFromString } from 'node:v8';

// Where V8 may not make machine code (--jitless), there is no WebAssembly, and a compiler that is switched on ends the
// program.
const compilers = 'WebAssembly' in globalThis ? ['sparkplug', 'maglev', 'opt'] : [];

// A start runs nearly everything once. What V8's compilers would make of it takes 12 MiB, and as much time as it saves;
// a larger space for new objects takes 6 MiB. V8 looks at these flags whenever it decides.
for (const compiler of compilers) setFlagsFromString(`--no-${compiler}`);
setFlagsFromString('--semi-space-growth-factor=1');

/** From now on, V8 compiles what runs often, and gives new objects more space. */
export function endStart(): void {
  for (const compiler of compilers) setFlagsFromString(`--${compiler}`);
  setFlagsFromString('--semi-space-growth-factor=2');
}
