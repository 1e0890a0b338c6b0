// Bundles the programs into dist/: one file each, for Node alone, without node_modules beside it.
import { cpSync, existsSync, rmSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const programs = ['serve', 'sidecar', 'topz', 'filesync', 'jsonmetrics'].map((name) => join(root, 'src/main', `${name}.ts`));

/** What the programs read beside themselves: folder, its name in dist/, endings of its files. */
const files: readonly [string, string, readonly string[]][] = [
  ['src/catalog', 'catalog', ['.yaml']],
  ['src/topz/page', 'page', ['.html', '.css', '.mjs', '.svg']],
];

const missing = programs.filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`There is no ${missing.join(', no ')}: tools/build.ts names what is built.`);
  process.exit(1);
}

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: programs,
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  // The text of a program stays in memory as long as it runs.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  // CommonJS packages ask for Node's own modules with require(), which an ES module does not have.
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
});
for (const [from, to, ends] of files) {
  cpSync(join(root, from), join(dist, to), {
    recursive: true,
    filter: (file) => statSync(file).isDirectory() || ends.includes(extname(file)),
  });
}
