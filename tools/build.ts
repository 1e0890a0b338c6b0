// Bundles the programs into dist/, or into the folder that is named: one file each, for Node alone, without node_modules beside it.
import { cpSync, existsSync, rmSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const source = (name: string) => join(root, 'src/main', `${name}.ts`);
const modules = ['serve', 'sidecar', 'filesync', 'logship', 'jsonmetrics'].map(source);
const topz = source('topz');

/** What the programs read beside themselves: folder, its name in dist/, endings of its files. */
const files: readonly [string, string, readonly string[]][] = [
  ['src/catalog', 'catalog', ['.yaml']],
  ['src/programs/topz/page', 'page', ['.html', '.css', '.mjs', '.svg']],
];

const missing = [...modules, topz].filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`There is no ${missing.join(', no ')}: tools/build.ts names what is built.`);
  process.exit(1);
}

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  // The text of a program stays in memory as long as it runs.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
};

rmSync(dist, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: modules,
  outdir: dist,
  format: 'esm',
  // CommonJS packages ask for Node's own modules with require(), which an ES module does not have.
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
});
// A sidecar beside every app: as CommonJS it needs about 5 MiB less than as a module.
await build({
  ...common,
  entryPoints: [topz],
  outfile: join(dist, 'topz.cjs'),
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
});
for (const [from, to, ends] of files) {
  cpSync(join(root, from), join(dist, to), {
    recursive: true,
    filter: (file) => statSync(file).isDirectory() || ends.includes(extname(file)),
  });
}
