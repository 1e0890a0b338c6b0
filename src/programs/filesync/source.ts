import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What the volume held at one moment. */
export interface Snapshot {
  /** Another one with every change. */
  readonly stamp: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

/**
 * Which content the volume has now. The kubelet writes a change into a new folder and then renames the link `..data` to
 * it, so the link's target says whether anything is new. Source: kubernetes, pkg/volume/util/atomic_writer.go.
 */
export function stampOf(volume: string): string {
  return readlinkSync(join(volume, '..data'));
}

/** All files of one moment. If they change while they are read, they are read again. */
export function readSource(volume: string): Snapshot {
  const stamp = stampOf(volume);
  try {
    const folder = join(volume, stamp);
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    const names = entries.map(({ name }) => name).sort();
    return { stamp, files: new Map(names.map((name) => [name, readFileSync(join(folder, name))])) };
  } catch (error) {
    if (stampOf(volume) !== stamp) return readSource(volume);
    throw error;
  }
}
