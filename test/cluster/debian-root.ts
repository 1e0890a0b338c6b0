// Root file systems from Debian packages, without installing them: apt works out what belongs to a package, down to the
// C library, and each package is unpacked into the folder.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, type Progress } from './cache.ts';

const execute = promisify(execFile);

// What packages depend on but hardly a container here uses: tools for installing them, Perl, Unicode tables, a
// compiler.
const unused =
  /^(perl|perl-base|perl-modules.*|libperl.*|libgdbm.*|liberror-perl|dpkg|debconf|tar|adduser|passwd|libpam.*|libicu.*|libllvm.*|libz3.*|git-man|gcc-.*-base|libsemanage.*|libsepol.*|libaudit.*)_/;
const unusedFolders = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/lintian', 'usr/share/info'];

/** Unpacks the packages, with all that they depend on, into `root`; what is seldom used must be named. */
export async function unpackPackages(packages: readonly string[], root: string, onProgress: Progress): Promise<void> {
  // Debian keeps programs and libraries under /usr; packages may name them by the old paths.
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    if (!existsSync(join(root, name))) symlinkSync(join('usr', name), join(root, name));
  }
  const archives = cacheDirectory('debian');
  for (const file of await download(packages, archives, onProgress)) {
    // tar of its own accord would replace the links made above by folders.
    const unpack = `dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink --no-same-owner -C "$1"`;
    await execute('/bin/sh', ['-c', unpack, join(archives, file), root]);
  }
  for (const folder of unusedFolders) rmSync(join(root, folder), { recursive: true, force: true });
}

/** Names of the archives, all of them present in `archives`. */
async function download(packages: readonly string[], archives: string, onProgress: Progress): Promise<string[]> {
  const downloaded = async () => {
    const listing = await listed(packages);
    const present = readdirSync(archives);
    if (listing.some((file) => !present.includes(file))) {
      onProgress(`downloading ${packages.join(', ')} from Debian`);
      await aptInstall(archives, '--download-only', packages);
    }
    return listing;
  };
  // The list may be missing, or so old that it names packages that have been replaced.
  const listing = await downloaded().catch(async () => {
    onProgress('fetching the list of Debian packages');
    return execute('apt-get', ['update', '--quiet'])
      .then(downloaded)
      .catch((error: Error & { stderr?: string }) => {
        const said = (error.stderr || error.message).trim().split('\n').slice(-5).join('\n');
        throw new Error(`apt-get gets ${packages.join(', ')} from no Debian mirror:\n${said}`);
      });
  });
  return listing.filter((file) => !unused.test(file) || packages.includes(file.split('_')[0] ?? ''));
}

/** apt leaves out of this list what is in its archives already, so it is shown an empty folder. */
async function listed(packages: readonly string[]): Promise<string[]> {
  const { stdout } = await aptInstall(cacheDirectory('debian', 'none'), '--print-uris', packages);
  return [...stdout.matchAll(/^'\S+' (\S+\.deb) /gm)].map(([, file]) => file ?? '');
}

/** As on a machine that has nothing installed: then "what is missing" is all that the packages need. */
function aptInstall(archives: string, how: string, packages: readonly string[]) {
  const status = join(archives, 'nothing-installed');
  writeFileSync(status, '');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const settings = [`Dir::State::status=${status}`, `Dir::Cache::archives=${archives}`, 'APT::Sandbox::User=root'];
  const options = [...settings.flatMap((setting) => ['-o', setting]), '--quiet', '--yes', how];
  const args = [...options, 'install', '--no-install-recommends', ...packages];
  return execute('apt-get', args, { maxBuffer: 16 << 20 });
}
