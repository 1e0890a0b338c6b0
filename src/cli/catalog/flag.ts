import { folder } from '../../flags/kinds.ts';
import type { Flag } from '../../flags/read-flags.ts';

/** Templates besides the built-in ones. */
export const catalogFlag = {
  name: 'catalog',
  kind: folder,
  repeated: true,
  help: 'A folder with more sidecar templates; can be repeated.',
} as const satisfies Flag;
