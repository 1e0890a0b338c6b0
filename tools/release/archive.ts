import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Of GNU tar. That of macOS and Windows lacks them: there an archive has other bytes each time. */
const stable = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--format=ustar'];

/** Writes what is in a folder as a tar file; times and modes are those of the files. */
export function pack(folder: string, file: string): void {
  const options = process.platform === 'linux' ? stable : [];
  execFileSync('tar', ['-cf', file, ...options, '-C', folder, ...readdirSync(folder).sort()]);
}

/** The same, compressed. */
export function packCompressed(folder: string, file: string): void {
  pack(folder, `${file}.tar`);
  writeFileSync(file, gzipSync(readFileSync(`${file}.tar`)));
  rmSync(`${file}.tar`);
}
