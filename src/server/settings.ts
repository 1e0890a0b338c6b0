import { flagsHelp } from '../flags/help.ts';
import { type FlagValues, readFlags } from '../flags/read-flags.ts';
import type { Registration } from '../state/webhook-configurations.ts';
import { certificateContradictions } from './certificate-settings.ts';
import { serverFlags } from './server-flags.ts';

/** All settings, by the name of their flag; durations are milliseconds. */
export type Settings = FlagValues<typeof serverFlags>;

/** Reads the command line and the environment: the settings, and a message for each problem. */
export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const { values, words, problems } = readFlags(args, serverFlags, env);
  const all = [...words.map((word) => `Unexpected argument ${JSON.stringify(word)}.`), ...problems];
  return { settings: values, problems: [...all, ...contradictions(values), ...certificateContradictions(values)] };
}

/** A message for each setting that needs another one. */
function contradictions({ registration, cluster }: Settings): string[] {
  if (registration === '' || cluster !== '') return [];
  return ['--registration requires --cluster: write in-cluster, or the path of a kubeconfig.'];
}

/** How the injector is to be registered; undefined where somebody else does that. */
export function registrationOf(settings: Settings): Registration | undefined {
  const [namespace = '', name = ''] = settings.registration.split('/');
  const url = settings['registration-url'];
  if (name === '') return undefined;
  return {
    ...{ name, namespace },
    server: url === '' ? { service: name } : { url },
    timeoutSeconds: settings['webhook-timeout'] / 1000,
    namespaceFailurePolicy: settings['namespace-failure-policy'],
    excludedNamespaces: settings['excluded-namespaces'],
  };
}

/** The page that `--help` shows. */
export function serverHelp(): string {
  return `Adds sidecars to pods, as a mutating admission webhook of Kubernetes.

Flags, each with its environment variable. Flags override the environment.
${flagsHelp(serverFlags)}`;
}
