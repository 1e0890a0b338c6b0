import type { Promises } from '../failures.ts';

export const ambassadorPromises: Promises = {
  'server-away-at-start': {
    native:
      'The port is open before the app starts. Connections are closed after the retries until the target is there, and reach it from then on.',
    classic:
      'The port opens while the app starts. Connections are closed after the retries until the target is there, and reach it from then on.',
  },
  'server-away-later':
    'Connections are closed after the retries, and reach the target as soon as it is back. The sidecar is not restarted.',
  'slow-network': 'All bytes arrive, and a slow connection delays no other one.',
  killed: 'Connections break. The app can connect again within seconds.',
  restarted: {
    native:
      'Open connections get 10 s to end; with a Secret, as long as the kubelet waits. The app can connect again after the start.',
    classic:
      'New connections are accepted for the time of `drain`. Open ones get 10 s more; with a Secret, as long as the kubelet waits.',
  },
  'disk-full': 'Connections pass, and the sidecar starts: it writes no file with content.',
  'secret-renewed': {
    native:
      'New connections use the new CA and the new client certificate within 10 s of the kubelet bringing them. Open connections stay, until the fourth renewal after they were made. A connection to a name that is made in the very moment of the change may be closed.',
    classic:
      'New connections use the new CA and the new client certificate within 10 s of the kubelet bringing them, and the time of `drain`. Open connections stay, until the fourth renewal after they were made. A connection to a name that is made in the very moment of the change may be closed.',
  },
  'secret-broken': {
    native:
      'It is refused and logged, and the former one stays in use, also after a restart. A pod that never had a good one does not start its app until it gets one.',
    classic:
      'It is refused and logged, and the former one stays in use, also after a restart. A pod that never had a good one cannot connect until it gets one.',
  },
  'dns-changed':
    'New connections reach the new address within 10 s. Open connections stay. While DNS is away, the last address stays in use.',
  'clock-jump':
    'Open connections stay, new ones are made, and a renewed CA is used as before. Certificates are judged by the new time.',
};
