import { expect, it } from 'vitest';
import { masked } from '../../src/core/masked.ts';

it.each([
  [
    `metadata.annotations['sidecar.io/git-repo']: "https://me:pa/ss@git.example.com/r x" contains a space.`,
    `metadata.annotations['sidecar.io/git-repo']: "https://…@git.example.com/r x" contains a space.`,
  ],
  [
    `metadata.annotations['sidecar.io/vault-token']: "s.8\\"Q" is not in the expected format. Write "s." and 8 letters.`,
    `metadata.annotations['sidecar.io/vault-token']: "…" is not in the expected format. Write "…" and 8 letters.`,
  ],
  [
    `namespace.metadata.annotations['sidecar.io/proxy-db-password'] has no effect on this pod: "x" is too short.`,
    `namespace.metadata.annotations['sidecar.io/proxy-db-password'] has no effect on this pod: "…" is too short.`,
  ],
  ['"https://me:pass…" is not a URL that the sidecar can use.', '"https://…" is not a URL that the sidecar can use.'],
  ['"https://oauth2:s3cr etPW@git.example.com/a" is not a URL.', '"https://…@git.example.com/a" is not a URL.'],
  ['"mon:S3cret@127.0.0.1:3306" is not an address.', '"…@127.0.0.1:3306" is not an address.'],
  ['"mon:S3cretThatIsCut…" is not an address.', '"…" is not an address.'],
  ['"Authorization=Bearer S3cretPW" is not a header.', '"Authorization=Bearer …" is not a header.'],
  ['"ghp_16C7e42F292c6912E7710c838347Ae17" is not the name of a Secret.', '"ghp_…" is not the name of a Secret.'],
  [
    `metadata.annotations['sidecar.io/vault-token']: "s.8Q" is not right. Write "s.8\\`,
    `metadata.annotations['sidecar.io/vault-token']: "…" is not right. Write "…"`,
  ],
])('a secret is not in a message for others: %s', (message, expected) => expect(masked(message)).toBe(expected));

it.each([
  `metadata.annotations['sidecar.io/topz-port']: "80" is not a port from 1024 to 65535. Write "8080". [bad-port]`,
  `metadata.annotations['sidecar.io/https-secret']: "Web_TLS" is not the name of a Secret.`,
  `"https://git.example.com/r" is not mail for team@example.com`,
  `"git@example.com:a/b" is not a URL.`,
  '"redis:6379", "a@b" and "c" are not addresses.',
])('a message without secrets stays as it is: %s', (message) => expect(masked(message)).toBe(message));

it.each([
  ['a long key', `metadata.annotations['sidecar.io/${'a.'.repeat(20_000)}']: "x"`],
  ['many URLs', 'a://'.repeat(20_000)],
  ['many secrets in one key', `['${'token'.repeat(20_000)}`],
  ['many blanks after Bearer', `"${'Bearer   '.repeat(20_000)}`],
  ['many tokens', `"${'ghp_'.repeat(20_000)}@:`],
  ['many quotes in one value', `['token'] "${'\\"'.repeat(20_000)}`],
])('takes a millisecond, not seconds, for %s', (_, message) => {
  const start = process.cpuUsage();
  masked(message);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(200);
});
