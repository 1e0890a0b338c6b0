// `npm run build [-- FOLDER [image|cli|executable]]`: bundles each program into one file in dist/ or FOLDER, which runs
// without node_modules. `image` leaves out the command line, `cli` everything else; `executable` is the command line as
// CommonJS, in two files.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { builtTemplates } from '../src/catalog/built.ts';
import { lean, loadedLater } from './lean.ts';

const root = resolve(import.meta.dirname, '..');
const [folder = join(root, 'dist'), part] = process.argv.slice(2);
if (part !== undefined && !['image', 'cli', 'executable'].includes(part)) {
  console.error(`${part} is not image, cli or executable.`);
  process.exit(2);
}
const dist = resolve(folder);
const source = (name: string) => join(root, 'src/main', `${name}.ts`);
const modules = ['filesync', 'logship', 'jsonmetrics', 'onlymetrics'].map(source);
const commonJs = ['serve', 'topz'].map(source);
const sidecar = source('sidecar');

/** Where the page of topz is, and what of it is read at run time. */
const page = { folder: join(root, 'src/programs/topz/page'), extensions: ['.html', '.css', '.mjs', '.svg'] };

const missing = [...modules, ...commonJs, sidecar].filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`Not found: ${missing.join(', ')}. Correct the list in tools/build.ts.`);
  process.exit(1);
}

const common: BuildOptions = {
  absWorkingDir: root, // names of modules in the output begin there
  bundle: true,
  platform: 'node',
  target: 'node24',
  legalComments: 'none',
  // Not from tsconfig.json, which is not where the image is built: the same sources give the same bytes.
  tsconfigRaw: { compilerOptions: { alwaysStrict: true, verbatimModuleSyntax: true } },
  // Node keeps the source of a running program in memory.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
};

rmSync(dist, { recursive: true, force: true });
const esm: BuildOptions = {
  ...common,
  outdir: dist,
  format: 'esm',
  // CommonJS packages load Node's modules with require(), which ES modules lack.
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
};
/** CommonJS has another word for the folder of a file. */
const cjs: BuildOptions = {
  ...common,
  ...{ format: 'cjs', outExtension: { '.js': '.cjs' }, define: { 'import.meta.dirname': '__dirname' } },
};
if (part === undefined || part === 'image') await buildForImage();
if (part !== 'image') await buildCommandLine();
const catalog = join(root, 'src/catalog');
mkdirSync(join(dist, 'catalog'));
for (const name of readdirSync(catalog).filter((name) => extname(name) === '.yaml')) {
  const built = builtTemplates(readFileSync(join(catalog, name), 'utf8'));
  writeFileSync(join(dist, 'catalog', name.replace('.yaml', '.json')), built);
}

async function buildCommandLine(): Promise<void> {
  const define = { PROBLEMS_PAGE: JSON.stringify(readFileSync(join(root, 'docs/problems.md'), 'utf8')) };
  if (part === 'executable') {
    await build({ ...cjs, entryPoints: [source('executable')], outdir: dist });
    // As a function, which src/main/compiled-program.ts calls.
    const wrapped = { banner: { js: '(function (module, require, __dirname) {' }, footer: { js: '})' } };
    const whole = { ...cjs, ...wrapped, define: { ...cjs.define, ...define } };
    await build({ ...whole, entryPoints: [source('run-sidecar')], outdir: dist });
    toAscii(join(dist, 'run-sidecar.cjs'));
    return;
  }
  // It runs on the Node of its users, from the version that `engines` names. What `version` does not need is in a file
  // of its own.
  await build({
    ...esm,
    entryPoints: [sidecar],
    target: 'node20',
    define,
    splitting: true,
    chunkNames: 'sidecar-[hash]',
  });
  chmodSync(join(dist, 'sidecar.js'), 0o755);
}

async function buildForImage(): Promise<void> {
  await build({ ...esm, entryPoints: modules });
  // An ES module that imports a module of Node loads what that loads for others too: node:http the client of fetch,
  // node:fs streams and watchers. As CommonJS, the server needs 7 MiB less memory, and topz, which runs beside many
  // apps, 5.
  await build({ ...cjs, entryPoints: commonJs, outdir: dist, plugins: [lean] });
  await build({ ...cjs, entryPoints: loadedLater, outdir: join(dist, 'later') });
  toAscii(join(dist, 'serve.cjs'));
  cpSync(page.folder, join(dist, 'page'), {
    recursive: true,
    filter: (file) => statSync(file).isDirectory() || page.extensions.includes(extname(file)),
  });
}

/**
 * With one other character, Node keeps the whole source with two bytes for each. Those that esbuild leaves are in
 * expressions.
 */
function toAscii(file: string): void {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/[\u0080-\uffff]/g, escaped));
}
