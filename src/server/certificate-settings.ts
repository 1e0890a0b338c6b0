import { duration, type Kind, list, matching, path } from '../flags/kinds.ts';
import type { Flag, FlagValues } from '../flags/read-flags.ts';

/** The names of a certificate: a list with at least one of them. */
const names: Kind<readonly string[]> = {
  ...list,
  expected: 'the names that clients call the server by, such as localhost',
  read: (text) => {
    const names = list.read(text) ?? [];
    return names.length > 0 ? names : undefined;
  },
};

const hundredYears = 876_000 * 60 * 60 * 1000;

/** How long a certificate is valid. A shorter one would be renewed all the time; dates end with the year 9999. */
const life: Kind<number> = {
  ...duration,
  expected: 'a duration from 10s to 876000h, such as 2160h',
  read: (text) => {
    const milliseconds = duration.read(text) ?? 0;
    return milliseconds >= 10_000 && milliseconds <= hundredYears ? milliseconds : undefined;
  },
};

/** What can be set about the certificate of the server. */
export const certificateFlags = [
  {
    name: 'tls-cert',
    env: 'SIDECAR_TLS_CERT',
    kind: path,
    default: '',
    help: 'PEM file with the certificate or chain, reloaded when it changes. Requires --tls-key.',
  },
  {
    name: 'tls-key',
    env: 'SIDECAR_TLS_KEY',
    kind: path,
    default: '',
    help: 'PEM file with the private key of --tls-cert.',
  },
  {
    name: 'tls-ca',
    env: 'SIDECAR_TLS_CA',
    kind: path,
    default: '',
    help: 'PEM file with the CAs that clients of --tls-cert must trust. A certificate of a new CA is used when it is registered.',
  },
  {
    name: 'certs-folder',
    env: 'SIDECAR_CERTS_FOLDER',
    kind: path,
    default: 'certs',
    help: 'Folder for the CA and the certificate that the server makes itself, which are used without --tls-cert.',
  },
  {
    name: 'certs-secret',
    env: 'SIDECAR_CERTS_SECRET',
    kind: matching('NAMESPACE/NAME', 'the namespace and the name of a Secret', /^$|^[a-z0-9-]+\/[a-z0-9.-]+$/),
    default: '',
    help: 'Secret for the CA and the certificate that the server makes itself, instead of a folder. Replicas share it. Requires --cluster.',
  },
  {
    name: 'certs-names',
    env: 'SIDECAR_CERTS_NAMES',
    kind: names,
    default: 'localhost,127.0.0.1,::1',
    help: 'DNS names and IP addresses of the certificate that the server makes itself.',
  },
  {
    name: 'certs-life',
    env: 'SIDECAR_CERTS_LIFE',
    kind: life,
    default: '2160h',
    help: 'Lifetime of such a certificate. It is renewed after two thirds of it.',
  },
  {
    name: 'certs-ca-life',
    env: 'SIDECAR_CERTS_CA_LIFE',
    kind: life,
    default: '43800h',
    help: 'Lifetime of its CA, at least three times as long. It is replaced after two thirds of it.',
  },
] as const satisfies readonly Flag[];

/** A message for each pair of settings that cannot be used together. */
export function certificateContradictions(
  settings: FlagValues<typeof certificateFlags> & { readonly cluster: string },
): string[] {
  const isSet = (name: 'tls-cert' | 'tls-key' | 'tls-ca' | 'certs-secret' | 'cluster') => settings[name] !== '';
  const found: [boolean, string][] = [
    [
      isSet('tls-cert') !== isSet('tls-key'),
      'Set both --tls-cert and --tls-key, or neither for a self-signed certificate.',
    ],
    [isSet('tls-ca') && !isSet('tls-cert'), 'Set --tls-ca together with --tls-cert and --tls-key.'],
    [isSet('certs-secret') && isSet('tls-cert'), 'Set either --certs-secret or --tls-cert and --tls-key.'],
    [isSet('certs-secret') && !isSet('cluster'), 'Set --cluster, which --certs-secret needs.'],
    [
      settings['certs-ca-life'] < 3 * settings['certs-life'],
      'Set --certs-ca-life to three times --certs-life or more.',
    ],
  ];
  return found.flatMap(([isWrong, message]) => (isWrong ? [message] : []));
}
