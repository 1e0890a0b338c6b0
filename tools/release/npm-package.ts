import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalize, type Release, root } from './release.ts';

/** The command line for `npm install --global`. It is bundled: the package has no dependencies. */
export async function makeNpmPackage({ version, time, folder, scratch }: Release): Promise<void> {
  const work = scratch('npm');
  const source = join(work, 'package');
  execFileSync(process.execPath, [join(root, 'tools/build.ts'), join(source, 'dist'), 'cli']);
  for (const name of ['README.md', 'LICENSE']) cpSync(join(root, name), join(source, name));
  const { scripts, allowScripts, dependencies, devDependencies, ...kept } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  writeFileSync(join(source, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`);
  normalize(source, time);
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work], { cwd: source });
  renameSync(join(work, `${kept.name}-${version}.tgz`), join(folder, `${kept.name}-npm-${version}.tgz`));
}
