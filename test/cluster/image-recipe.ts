// How an image is described that is made from packages and programs.
import type { ImageConfig } from './image-archive.ts';

export interface ImageRecipe {
  /** Under which it is cached and spoken of; its files are in `images/<key>/`. */
  readonly key: string;
  readonly names: readonly string[];
  readonly packages: readonly string[];
  /** The `node` binary that runs this project's own programs. */
  readonly node?: true;
  /** Program of go-modules.ts → its version; they are put into `/usr/bin`. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Path in the image → file or folder, relative to this one. */
  readonly copies?: Readonly<Record<string, string>>;
  /** Empty folders that anyone may write to. */
  readonly open?: readonly string[];
  /** Program and arguments, run in the finished root file system. */
  readonly run?: readonly [string, ...string[]];
  readonly config: ImageConfig;
}

export const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
export const shell = ['dash', 'coreutils', 'sed', 'grep', 'findutils', 'procps'];
