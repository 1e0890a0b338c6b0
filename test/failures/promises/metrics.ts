import type { Promises } from '../failures.ts';

export const metricsPromises: Promises = {
  'server-away-at-start': 'The exporter runs and says that the app is down (`json_up 0`). The app starts all the same.',
  'server-away-later':
    'The exporter says that the app is down until it answers again, and then has its values at once.',
  'slow-network':
    'The app may take 5 s to answer. Then the exporter says that it is down; its probe is answered at once meanwhile.',
  killed: 'The next start answers again. All values are those of the app, so none is lost.',
  restarted: 'The exporter ends at once, and the next start answers.',
  'disk-full': 'Not concerned: no file system of the container can be written to.',
  'secret-renewed':
    'Exporters read their password when they start: until the container restarts, they use the former one. Restart the pod after a renewal.',
  'secret-broken': 'The exporter runs and says that the database is down (`redis_up 0`), and the app is not touched.',
  'dns-changed': 'The next scrape asks the new address.',
  'clock-jump': 'Every scrape has the values of the app, and its timeout stays the same.',
};
