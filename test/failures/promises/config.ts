import type { Promises } from '../failures.ts';

export const configPromises: Promises = {
  'server-away-at-start':
    'The kubelet brings the content, so the only server is the app that `call` names. The first content causes no call: the files are there before the app starts.',
  'server-away-later':
    'After a change, the app is called again after 1 s, 2 s and so on, at most 30 s apart, until it answers.',
  'slow-network': 'An answer of the app may take 10 s. A change that comes meanwhile is written after it.',
  killed: 'Nobody sees half a file. The next start finishes the change, and notifies the app of it.',
  restarted: 'Files that are right stay untouched, and the app is not called.',
  'disk-full': 'The former files stay whole, and the log says what is missing. The change arrives when there is room.',
  'secret-renewed': 'The files follow within seconds of the kubelet bringing it.',
  'secret-broken':
    'An edition that cannot be read changes nothing, and the log says why. The next one that can is used. What the keys hold is up to the app.',
  'dns-changed': 'Not concerned: the only address is localhost, which no DNS server is asked for.',
  'clock-jump': 'Changes arrive as before, because the clock that paces them is never set.',
};
