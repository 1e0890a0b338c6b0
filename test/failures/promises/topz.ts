import type { Promises } from '../failures.ts';

const noServer = 'Not concerned: topz reads /proc and opens no connection.';

export const topzPromises: Promises = {
  'server-away-at-start': noServer,
  'server-away-later': noServer,
  'slow-network': 'A client that reads slowly delays no other client.',
  killed: 'The next start answers again. topz keeps nothing that could be lost, except its trends.',
  restarted:
    'topz ends within a second, and answers again after the start. Streams end, and their clients connect again.',
  'disk-full': 'Not concerned: no file system of the container can be written to.',
  'secret-renewed': 'The next request needs the new token.',
  'secret-broken': {
    native:
      'With an empty token, topz refuses every request for processes, and the container stays up. A new start ends with a message until the token is there, and the app starts all the same.',
    classic:
      'With an empty token, topz refuses every request for processes, and the container stays up. A new start ends with a message until the token is there.',
  },
  'dns-changed': 'Not concerned: topz resolves no name.',
  'clock-jump': 'CPU figures stay right, because the clock that they use is never set.',
};
