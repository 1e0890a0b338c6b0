// The failures that every sidecar is put through, and what is promised of one sidecar in all of them.

/** Each failure, as docs/failures.md names it. */
export const failures = {
  'server-away-at-start': 'The server is away when the pod starts',
  'server-away-later': 'The server goes away later',
  'slow-network': 'The network is slow',
  killed: 'The container is killed (`kill -9`) at any moment',
  restarted: 'The container is restarted',
  'disk-full': 'The disk is full',
  'secret-renewed': 'A Secret is renewed',
  'secret-broken': 'A Secret is broken',
  'dns-changed': 'A name gets another address',
  'clock-jump': 'The clock jumps',
} as const;

export type Failure = keyof typeof failures;

/** How the sidecar runs: as an init container that stays, or as a container beside the app. */
export type Form = 'native' | 'classic';

export const forms: readonly Form[] = ['native', 'classic'];

/** What is promised: the same in both forms, or for each form. */
export type Promised = string | Readonly<Record<Form, string>>;

/** The promises of one sidecar. One that begins with "Not concerned" says why, and that reason is tested too. */
export type Promises = Readonly<Record<Failure, Promised>>;

export const promiseOf = (promised: Promised, form: Form): string =>
  typeof promised === 'string' ? promised : promised[form];
