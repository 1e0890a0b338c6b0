import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MaterialStore } from './keeper.ts';
import type { Material } from './material.ts';
import { watchFolder } from './watch-files.ts';

/** The files of the self-signed authority and the server certificate. */
export function ownFiles(folder: string) {
  return {
    caCert: join(folder, 'ca.crt'),
    caKey: join(folder, 'ca.key'),
    cert: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
  };
}

/** A folder of one server. Files that are missing or cannot be read are empty; it rejects when it cannot be written. */
export function folderStore(folder: string): MaterialStore {
  const files = ownFiles(folder);
  return {
    async read() {
      const [authorities, authorityKey, cert, key] = await Promise.all([
        readText(files.caCert),
        readText(files.caKey),
        readText(files.cert),
        readText(files.key),
      ]);
      return { material: { authorities, authorityKey, pair: { cert, key } }, version: undefined, wish: undefined };
    },
    async write({ authorities, authorityKey, pair }: Material) {
      await mkdir(folder, { recursive: true });
      await replaceFile(files.caKey, authorityKey, 0o600);
      await replaceFile(files.caCert, authorities, 0o644);
      await replaceFile(files.key, pair.key, 0o600);
      await replaceFile(files.cert, pair.cert, 0o644);
      return true;
    },
    follow(changed) {
      const watchers = watchFolder(folder, changed);
      return () => {
        for (const watcher of watchers) watcher.close();
      };
    },
  };
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

/** Atomically: nobody reads half a file. */
async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const beside = `${file}.${process.pid}.new`;
  await writeFile(beside, text, { mode });
  await rename(beside, file);
}
