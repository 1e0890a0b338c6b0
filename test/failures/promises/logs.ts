import type { Promises } from '../failures.ts';

export const logsPromises: Promises = {
  'server-away-at-start':
    'The app starts. Its lines wait in its files, and arrive once each when the receiver is there.',
  'server-away-later':
    'Lines wait in the files, and arrive once each when the receiver is back. The log says both once.',
  'slow-network': 'Lines arrive once each, as long as the receiver answers a request within `timeout`.',
  killed: 'No line is lost. The lines of one batch, at most 1,000, may arrive twice for each kill.',
  restarted: 'Lines arrive once each, also those that the app writes meanwhile.',
  'disk-full':
    'Lines arrive once each, and the log says that their positions cannot be noted. If the sidecar is restarted before there is room, it sends the lines since the last note again.',
  'secret-renewed': 'The next request has the new login.',
  'secret-broken': 'Lines wait in the files, and the log says why. They arrive once each when the Secret is right.',
  'dns-changed': 'Lines go to the new address when the receiver at the former one is away. An open connection stays.',
  'clock-jump': 'Lines arrive once each and as fast as before. Their time is that of the clock.',
};
