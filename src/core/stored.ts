import { isEmpty, isObject, type Json, type JsonObject, scalarText } from './json.ts';
import { fieldBelow, isSameQuantity } from './units.ts';

/** What a part of a stored pod has where it lacked a field before. Source: Kubernetes 1.36, core/v1/defaults.go. */
const defaults: ReadonlyMap<string, Json | ((part: JsonObject) => Json)> = new Map(
  Object.entries({
    apiVersion: 'v1', // of a fieldRef
    defaultMode: 0o644,
    divisor: '0',
    expirationSeconds: 3600,
    failureThreshold: 3,
    hostPort: 0,
    imagePullPolicy: ({ image }: JsonObject) => pullPolicy(image),
    initialDelaySeconds: 0,
    path: '/', // of an httpGet
    periodSeconds: 10,
    protocol: 'TCP',
    pullPolicy: ({ reference }: JsonObject) => pullPolicy(reference),
    readOnly: false,
    scheme: 'HTTP',
    stdin: false,
    stdinOnce: false,
    successThreshold: 1,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    timeoutSeconds: 1,
    tty: false,
    volumeMode: 'Filesystem',
  }),
);

function pullPolicy(image: Json | undefined): string {
  const [, tag, digest] = /(?:^|\/)[^/:@]*(?::([^/@]*))?(@.*)?$/.exec(scalarText(image)) ?? [];
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

/**
 * True when two pods, or parts of them, are the same once they are stored: the API server fills in defaults, leaves out
 * what is empty, and writes quantities in its own way. The order of volumes and mounts does not count: it adds some.
 */
export function isSameStored(a: Json | undefined, b: Json | undefined, field = ''): boolean {
  if (a === b || (isNothing(a) && isNothing(b))) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    const [one, other] = [inOrder(a, field), inOrder(b, field)];
    return a.length === b.length && one.every((item, i) => isSameStored(item, other[i], field));
  }
  if (!isObject(a) || !isObject(b)) return isSameQuantity(field, a, b);
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSameStored(valueIn(a, key), valueIn(b, key), fieldBelow(field, key)));
}

function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === '' || isEmpty(value);
}

/** The value of a field, or its default. */
function valueIn(part: JsonObject, field: string): Json | undefined {
  const own = Object.hasOwn(part, field) ? part[field] : undefined;
  if (own != null) return own;
  const value = defaults.get(field);
  return typeof value === 'function' ? value(part) : value;
}

/** What names the items of lists without an order. */
const names: ReadonlyMap<string, string> = new Map(Object.entries({ volumes: 'name', volumeMounts: 'mountPath' }));

function inOrder(list: readonly Json[], field: string): readonly Json[] {
  const name = names.get(field);
  if (name === undefined) return list;
  const nameOf = (item: Json) => (isObject(item) ? scalarText(item[name]) : '');
  return list.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
