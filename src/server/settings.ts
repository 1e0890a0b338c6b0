/** One setting of the server: `--name` on the command line, `env` in the environment; the command line wins. */
export interface SettingDeclaration {
  readonly name: string;
  readonly env: string;
  readonly type: SettingType;
  /** As a user would write it; empty: not set. */
  readonly default: string;
  readonly help: string;
}

/** What the words of a type look like, as help and problems show them. A list is separated by commas. */
export const settingTypes = {
  port: 'a port, 0 to 65535 (0 takes a free one)',
  text: 'text',
  path: 'a path',
  list: 'a comma separated list',
  duration: 'a duration such as 500ms, 5s or 1m',
  'log-level': 'debug, info, warn or error',
  native: 'auto, true or false',
} as const;

export type SettingType = keyof typeof settingTypes;

/** Everything that can be set, in the order of the documentation: help, parsing and docs/settings.md are made from this. */
export const settingsTable = [
  { name: 'port', env: 'SIDECAR_PORT', type: 'port', default: '9443', help: 'Port of the HTTPS server.' },
  { name: 'host', env: 'SIDECAR_HOST', type: 'text', default: '', help: 'Address to listen on; all when empty.' },
  {
    name: 'tls-cert',
    env: 'SIDECAR_TLS_CERT',
    type: 'path',
    default: '',
    help: 'PEM file with the certificate (chain); read again when it changes. Needs tls-key.',
  },
  {
    name: 'tls-key',
    env: 'SIDECAR_TLS_KEY',
    type: 'path',
    default: '',
    help: 'PEM file with the private key of tls-cert.',
  },
  {
    name: 'certs-folder',
    env: 'SIDECAR_CERTS_FOLDER',
    type: 'path',
    default: 'certs',
    help: 'Where an own authority and certificate are made and renewed, without tls-cert.',
  },
  {
    name: 'certs-names',
    env: 'SIDECAR_CERTS_NAMES',
    type: 'list',
    default: 'localhost,127.0.0.1,::1',
    help: 'DNS names and IP addresses of the own certificate.',
  },
  { name: 'log-level', env: 'SIDECAR_LOG_LEVEL', type: 'log-level', default: 'info', help: 'What is logged.' },
  {
    name: 'catalog',
    env: 'SIDECAR_CATALOG',
    type: 'list',
    default: '',
    help: 'Folders with further sidecar templates, beside the built-in ones.',
  },
  {
    name: 'cluster',
    env: 'SIDECAR_CLUSTER',
    type: 'path',
    default: '',
    help: 'The cluster whose namespaces and templates count: in-cluster, or the path of a kubeconfig; none when empty.',
  },
  {
    name: 'required-sidecars',
    env: 'SIDECAR_REQUIRED_SIDECARS',
    type: 'list',
    default: '',
    help: 'Sidecars for whose pods the API server waits when no injector answers, as the chart sets it up; templates that say otherwise are told. Not known when empty.',
  },
  {
    name: 'native',
    env: 'SIDECAR_NATIVE',
    type: 'native',
    default: 'auto',
    help: 'Whether sidecars become native ones (Kubernetes 1.29 and later).',
  },
  {
    name: 'image',
    env: 'SIDECAR_IMAGE',
    type: 'text',
    default: '',
    help: "The injector's own image, which some built-in sidecars run; ghcr.io/sidecar-injector/sidecar-injector of the same version when empty.",
  },
  {
    name: 'drain-delay',
    env: 'SIDECAR_DRAIN_DELAY',
    type: 'duration',
    default: '5s',
    help: 'How long connections are still accepted after SIGTERM.',
  },
] as const satisfies readonly SettingDeclaration[];

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type NativeChoice = 'auto' | 'true' | 'false';

/** What a setting of each type is once read: a duration in milliseconds, an empty path or text as ''. */
export interface SettingValues {
  readonly port: number;
  readonly text: string;
  readonly path: string;
  readonly list: readonly string[];
  readonly duration: number;
  readonly 'log-level': LogLevel;
  readonly native: NativeChoice;
}

type Declared = (typeof settingsTable)[number];

/** All settings, by the name of their flag. */
export type Settings = { readonly [One in Declared as One['name']]: SettingValues[One['type']] };
