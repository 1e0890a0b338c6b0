import { didYouMean } from '../../core/closest.ts';
import { isObject, type Json } from '../../core/json.ts';

/** The settings of a function: flags of `sidecar inject`. */
export const settings: readonly string[] = [
  ...['namespace', 'namespace-file', 'policy', 'catalog', 'workload', 'kube-version', 'native', 'users', 'image'],
];

/** A problem of the configuration, with the path of the setting in it. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * The flags that the configuration of a function sets: those in `spec`, or in `data` of a ConfigMap, by their names. A
 * flag that can be repeated has a list, or a text with a line for each value.
 */
export function flagsOf(config: Json | undefined): {
  readonly args: readonly string[];
  readonly problems: readonly ConfigProblem[];
} {
  const field = isObject(config) && config.data !== undefined ? 'data' : 'spec';
  const given = isObject(config) && isObject(config[field]) ? config[field] : {};
  const args: string[] = [];
  const problems: ConfigProblem[] = [];
  for (const [name, value = null] of Object.entries(given)) {
    const path = `${field}.${name}`;
    const values = textsOf(value);
    if (!settings.includes(name))
      problems.push({ path, message: `There is no setting ${name}. ${didYouMean(name, settings, '')}`.trimEnd() });
    else if (!values) problems.push({ path, message: 'Write a text, or a list of texts.' });
    else args.push(...values.map((text) => `--${name}=${text}`));
  }
  return { args, problems };
}

function textsOf(value: Json): readonly string[] | undefined {
  if (typeof value === 'string') return value.split('\n').filter((line) => line.trim() !== '');
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isList ? value.map(String) : undefined;
}
