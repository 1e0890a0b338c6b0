import type { Promises } from '../failures.ts';

const noServer = 'Not concerned: nginx serves files of a volume and opens no connection.';
const noSecret = 'Not concerned: no parameter makes the sidecar read a Secret.';

export const servePromises: Promises = {
  'server-away-at-start': noServer,
  'server-away-later': noServer,
  'slow-network': 'A client that reads slowly gets the whole file and delays no other client.',
  killed: 'The files are in the volume of the app and stay as they are. The next start serves them.',
  restarted: {
    native: 'A download that is under way gets 10 s to end. The next start serves new ones.',
    classic: 'New requests are answered for the time of `drain`. A download that is under way gets 10 s more.',
  },
  'disk-full':
    'nginx serves on, because it writes only at its start. A start ends with a message until a few bytes are free.',
  'secret-renewed': noSecret,
  'secret-broken': noSecret,
  'dns-changed': 'Not concerned: nginx resolves no name.',
  'clock-jump': 'Answers go on, and the header Date has the new time. An ETag stays valid.',
};
