import type { Promises } from '../failures.ts';

export const gitPromises: Promises = {
  'server-away-at-start': {
    native: 'The sidecar asks every 5 s. The app starts when the files are there.',
    classic: 'An init container asks again after each failure. The app starts when the files are there.',
  },
  'server-away-later':
    'The files stay, and the sidecar asks again every 15 s, whatever the period. The log says for how long no sync has succeeded.',
  'slow-network': 'A fetch may take as long as `timeout`. The app starts when all files are there.',
  killed: 'Every file is whole, of one commit or the other. The next start goes on with what is there.',
  restarted: 'The files stay untouched, also while the server is away.',
  'disk-full': 'A commit that does not fit changes no file, and the log says why. It arrives when there is room.',
  'secret-renewed': 'The next sync uses the new password. A new user name counts after the container has restarted.',
  'secret-broken':
    'The files stay, and the log says why. The sidecar tries the password of the Secret again every 15 s.',
  'dns-changed': 'The next sync asks the new address.',
  'clock-jump': 'Syncs go on, and the log still gives the right time without a success.',
};
