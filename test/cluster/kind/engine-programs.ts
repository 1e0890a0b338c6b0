// Docker, as Debian has it, unpacked into the cache and not installed: installing would start it on the machine.
import { existsSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, type Progress, withCacheLock } from '../cache.ts';
import { unpackPackages } from '../debian-root.ts';

/** The folder that holds `usr/sbin/dockerd`, `usr/bin/docker` and what they call, with their libraries. */
export async function ensureEnginePrograms(onProgress: Progress): Promise<string> {
  const release = /^VERSION_ID="?(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const folder = join(cacheDirectory('kind'), `docker-debian-${release}`);
  if (existsSync(folder)) return folder;
  return withCacheLock('docker', onProgress, async () => {
    if (existsSync(folder)) return folder;
    const unpacked = mkdtempSync(join(cacheDirectory('kind'), '.docker-'));
    await unpackPackages(['docker.io'], unpacked, onProgress);
    renameSync(unpacked, folder);
    return folder;
  });
}
