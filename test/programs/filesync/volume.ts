import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test, open to every user, with an empty `target`. */
export interface Scene {
  readonly source: string;
  readonly target: string;
  /** What the app sees. */
  readonly files: string;
  /** A change of the ConfigMap, as the kubelet writes it. */
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

/**
 * In the steps of pkg/volume/util/atomic_writer.go: a new folder, a link renamed over `..data`, the old folder removed.
 */
export function createScene(): Scene {
  const root = mkdtempSync(join(tmpdir(), 'filesync-'));
  const [source, target] = [join(root, 'source'), join(root, 'target')];
  chmodSync(root, 0o755);
  for (const folder of [source, target]) mkdirSync(folder);
  let edition = 0;
  return {
    source,
    target,
    files: join(target, 'files'),
    write(files) {
      const [old, now] = [`..edition-${edition}`, `..edition-${++edition}`];
      mkdirSync(join(source, now));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(source, now, name), content);
      symlinkSync(now, join(source, '..data_tmp'));
      renameSync(join(source, '..data_tmp'), join(source, '..data'));
      rmSync(join(source, old), { recursive: true, force: true });
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
