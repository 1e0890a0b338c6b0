import { files } from '../flags/kinds.ts';
import type { Flag } from '../flags/read-flags.ts';

/** The files that a command is about. */
export const filenameFlag = {
  name: 'filename',
  short: 'f',
  kind: files('FILE|DIR|URL|-'),
  repeated: true,
  help: 'Files; can be repeated. - reads standard input.',
} as const satisfies Flag;
