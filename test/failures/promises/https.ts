import type { Promises } from '../failures.ts';

export const httpsPromises: Promises = {
  'server-away-at-start': {
    native:
      'The HTTPS port is open before the app starts. Requests get status 502 until the app listens, and reach it from then on.',
    classic:
      'The HTTPS port opens while the app starts. Requests get status 502 until the app listens, and reach it from then on.',
  },
  'server-away-later':
    'Requests get status 502 at once, and reach the app as soon as it listens again. The sidecar stays ready.',
  'slow-network': 'A client that reads slowly gets the whole answer and delays no other client.',
  killed: 'Connections break. The next start serves the same certificate.',
  restarted: {
    native: 'A request that is under way is answered. The next start serves new ones.',
    classic: 'New requests are answered for the time of `drain`. A request that is under way is answered.',
  },
  'disk-full':
    'Requests and answers of any size pass, because none is written to the disk, and certificates are kept in memory. A start ends with a message until there is room for the configuration.',
  'secret-renewed':
    'New connections get the new certificate within 10 s of the kubelet bringing it. Open connections stay.',
  'secret-broken': {
    native:
      'A pair that does not fit is refused and logged, and the last good one stays in use, also after a restart. A pod that never had a good one does not start its app until it gets one.',
    classic:
      'A pair that does not fit is refused and logged, and the last good one stays in use, also after a restart. A pod that never had a good one becomes ready when it gets one.',
  },
  'dns-changed': 'Not concerned: the app is asked at a loopback address, and nginx resolves no name.',
  'clock-jump': 'Connections stay, new ones are made, and a renewed certificate is used as before.',
};
