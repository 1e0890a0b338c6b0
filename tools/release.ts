// `npm run release -- [--dry-run] FOLDER`: makes every artefact of a release in FOLDER, and publishes them. With
// --dry-run it shows how they would be published. docs/releasing.md describes it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../src/main/version.ts';
import { makeChart, makeManifests } from './release/chart.ts';
import { downloads, writeChecksums } from './release/checksums.ts';
import { makeExecutable } from './release/executable.ts';
import { makeImage } from './release/image.ts';
import { makeKrewManifest } from './release/krew.ts';
import { makeNpmPackage } from './release/npm-package.ts';
import { publish, publishing, unfit } from './release/publish.ts';
import { type Release, root } from './release/release.ts';
import { makeSbom } from './release/sbom.ts';

/** By the names that --only takes. The manifest of krew names the executables. */
const artefacts = {
  image: makeImage,
  chart: makeChart,
  manifests: makeManifests,
  npm: makeNpmPackage,
  executable: makeExecutable,
  krew: makeKrewManifest,
  sbom: makeSbom,
} satisfies Record<string, (release: Release) => Promise<void>>;

const usage = `Usage: npm run release -- [--dry-run [--only ${Object.keys(artefacts).join('|')}]…] FOLDER\n`;

function fail(message: string): never {
  process.stderr.write(message);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch {
    return fail(usage);
  }
}

const { values, positionals } = readArguments();
const [name, ...more] = positionals;
const wrong = values.only.some((artefact) => !Object.hasOwn(artefacts, artefact));
if (name === undefined || more.length > 0 || wrong || (values.only.length > 0 && !values['dry-run'])) fail(usage);
const reason = values['dry-run'] ? undefined : unfit(root, version);
if (reason !== undefined) fail(`${reason}\n`);

const folder = resolve(name);
const work = mkdtempSync(join(tmpdir(), 'release-'));
const seconds = Number(
  process.env.SOURCE_DATE_EPOCH ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }),
);
const release: Release = {
  ...{ version, folder, time: new Date(seconds * 1000) },
  scratch(name) {
    mkdirSync(join(work, name));
    return join(work, name);
  },
};
try {
  mkdirSync(folder, { recursive: true });
  for (const [artefact, make] of Object.entries(artefacts)) {
    if (values.only.length === 0 || values.only.includes(artefact)) await make(release);
  }
  writeChecksums(folder);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${name}: ${downloads(folder).join(', ')}`);
if (values['dry-run']) {
  const steps = values.only.length === 0 ? publishing(release) : [];
  for (const { command } of steps) console.log(`would run: ${command.join(' ')}`);
} else {
  const failed = publish(publishing(release));
  if (failed !== undefined) fail(`Failed: ${failed}. Fix the cause and run the same command again.\n`);
}
