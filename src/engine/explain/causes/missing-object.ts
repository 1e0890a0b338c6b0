import { instanceName } from '../../../core/instance.ts';
import { isObject, type JsonObject } from '../../../core/json.ts';
import { pathOf } from '../../../core/source.ts';
import type { Evidence } from '../evidence.ts';
import { pathIn } from '../path-in.ts';

const kinds: Readonly<Record<string, string>> = { secret: 'Secret', configmap: 'ConfigMap' };

/**
 * What to do about a Secret or a ConfigMap that the kubelet does not find, or one that lacks a key. Undefined where the
 * text of the kubelet is about something else. `volume` is the one that it cannot mount.
 */
export function missingObjectFix(
  text: string,
  sidecar: string,
  evidence: Evidence,
  volume?: JsonObject,
): string | undefined {
  const { namespace } = evidence.request;
  const missing = [...text.matchAll(/\b(secret|configmap) "([^"]+)" not found/g)];
  if (missing.length > 0) {
    const objects = missing.map(([, kind = '', name = '']) => `the ${kinds[kind]} ${name}`);
    const paths = missing.flatMap(([, , name = '']) => settingsWith(name, sidecar, evidence));
    const or = paths.length === 0 ? '' : `, or correct ${[...new Set(paths)].join(' and ')}`;
    return `Create ${objects.join(' and ')} in ${namespace}${or}.`;
  }
  const [, key, object] = /couldn't find key (\S+) in ((?:Secret|ConfigMap) \S+)/.exec(text) ?? [];
  if (key !== undefined) return `Add the key ${key} to the ${object?.replace(`${namespace}/`, '')} in ${namespace}.`;
  const [, ofFile] = /references non-existent (?:secret|config) key: (\S+)/.exec(text) ?? [];
  return ofFile === undefined ? undefined : `Add the key ${ofFile} to ${sourceOf(volume)} in ${namespace}.`;
}

/** Where the settings of the sidecar are that name the object. */
function settingsWith(object: string, sidecar: string, { mentions, request }: Evidence): string[] {
  return mentions
    .filter(({ template, instance }) => instanceName(template.name, instance) === sidecar)
    .flatMap(({ settings }) => [...settings.values()])
    .filter(({ text }) => text.split(/[\s,]+/).includes(object))
    .map(({ source }) => pathIn(request, pathOf(source)));
}

/** The object that the files of a volume are from. */
function sourceOf({ secret, configMap }: JsonObject = {}): string {
  if (isObject(secret)) return `the Secret ${String(secret.secretName)}`;
  return isObject(configMap) ? `the ConfigMap ${String(configMap.name)}` : 'the object of the volume';
}
