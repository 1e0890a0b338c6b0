// `npm run mutation -- [ROOM ...]`: changes the code of the pure rooms in every way that Stryker's mutators know, one
// change at a time, and lists the changes that no test notices. The tests that judge are those that run in process. A
// folder or a file of a room is possible too: `engine/explain`, `engine/inject`.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { report, type Verdicts } from './report.ts';

const rooms = ['core', 'language', 'template', 'catalog', 'select', 'merge', 'policy', 'state', 'engine', 'admission'];
const suites = [
  'admission',
  'doors',
  'engine',
  'language',
  'policy',
  'problems',
  'select',
  'state',
  'merge',
  'template',
  'workload',
];

const root = resolve(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'sidecar-mutation-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
const result = join(copy, 'verdicts.jsonl');

const names = process.argv.slice(2);
const unknown = names.filter((name) => !rooms.includes(name.replace(/\/.*/, '')) || filesOf(name).length === 0);
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Choose from ${rooms.join(', ')}, or a folder or a file in one.`);
  process.exit(2);
}

/** Files below `src`. */
function filesOf(name: string): readonly string[] {
  return globSync([`${name}.ts`, `${name}/**/*.ts`], { cwd: join(root, 'src') });
}

/** The mutants are put into a copy of the checkout, so that the checkout stays as it is. */
function copyCheckout(): void {
  const parts = ['src', 'test', 'tools', 'bench', 'docs', 'charts', 'demo', 'examples', 'README.md', 'package.json'];
  const filter = (source: string) => !source.startsWith(join(root, 'test/output'));
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true, filter });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

async function mutate(chosen: readonly string[]) {
  const files = [...new Set(chosen.flatMap(filesOf))].map((name) => join(copy, 'src', name));
  const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
  const log = { ...silent, isTraceEnabled: no, isDebugEnabled: no, isInfoEnabled: no, isWarnEnabled: no };
  const instrumenter = new Instrumenter({ ...log, isErrorEnabled: no, isFatalEnabled: no });
  const { files: mutated, mutants } = await instrumenter.instrument(
    files.map((name) => ({ name, content: readFileSync(name, 'utf8'), mutate: true })),
    { plugins: null, excludedMutations: [], ignorers: [] },
  );
  for (const { name, content } of mutated) writeFileSync(name, content);
  return mutants;
}

/** What the engine remembers of one mutant would hide others, or fail tests without one: the runner empties it. */
function letEngineForget(): void {
  const path = join(copy, 'src/engine/cache.ts');
  const text = readFileSync(path, 'utf8');
  const forgetful = text.replace('const caches =', 'let caches =');
  if (forgetful === text) throw new Error('src/engine/cache.ts has no caches to empty');
  writeFileSync(path, `${forgetful}\nReflect.set(globalThis, 'forgetPlans', () => (caches = new WeakMap()));\n`);
}

function no(): boolean {
  return false;
}

copyCheckout();
const mutants = await mutate(names.length > 0 ? names : rooms);
letEngineForget();
console.error(`${mutants.length} mutants`);
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'tools/mutation/vitest.config.ts'],
  {
    cwd: copy,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, MUTATION_SUITES: suites.join(','), MUTATION_RESULT: result },
  },
);
if (status !== 0) console.error('The tests fail, or ended early: the figures below are not the whole.');
const last = readFileSync(result, 'utf8').trimEnd().split('\n').at(-1) ?? '{}';
console.log(report(copy, mutants, JSON.parse(last) as Verdicts));
process.exitCode = status === 0 ? 0 : 1;
