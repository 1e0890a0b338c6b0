// Other versions of Node, for the programs that run on the Node of their users: the oldest that `engines` names, and
// the newest.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../cluster/cache.ts';

export const oldestNode = '20.12.0';
export const newestNode = '26.12.1';

/**
 * The program of a version, from the npm package that holds nothing else. It is kept in the cache of the test clusters.
 */
function node(version: string): string {
  const kept = join(cacheDirectory(), `node-${version}`);
  const program = join(kept, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
  if (existsSync(program)) return program;
  const work = mkdtempSync(`${kept}-`);
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const pack = ['pack', '--silent', `node-${platform}-${process.arch}@${version}`, '--pack-destination', work];
  const archive = execFileSync('npm', pack, { encoding: 'utf8' }).trim();
  mkdirSync(join(work, 'unpacked'));
  execFileSync('tar', ['-xzf', join(work, archive), '--strip-components=1', '-C', join(work, 'unpacked')]);
  renameSync(join(work, 'unpacked'), kept);
  rmSync(work, { recursive: true });
  return program;
}

/** By version. */
export const nodes = () => new Map([oldestNode, newestNode].map((version) => [version, node(version)]));
