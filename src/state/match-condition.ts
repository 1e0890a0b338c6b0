import { fromWorkloadKey, prefix, statusKey } from '../core/annotations.ts';
import type { RequiredSidecars } from './required-sidecars.ts';

/** CEL for the API server: a pod has any annotation that the injector reads. */
export const asksText = anyKey(`key != '${statusKey}'`);

/** Characters of an expression: the API server compiles 100,000 at most (cel-go). */
const maxText = 90_000;

/**
 * CEL for the API server: a pod has an annotation of a required sidecar. The names are looked up by their lengths, so
 * that a pod costs the same with thousands of templates as with six: the API server gives an expression a budget, and a
 * pod that exceeds it is not created. Where the names do not fit, every sidecar is required in the namespaces that have
 * one of their own; where these do not fit either, in all namespaces.
 */
export function needsText({ required, lenient, strictIn }: RequiredSidecars): string {
  if (required.length === 0) return 'false';
  const exact = anyKey(
    lenient.length > 0 ? `${startsWith(required)} && !${startsWith(lenient, strictIn)}` : startsWith(required),
  );
  if (exact.length <= maxText) return exact;
  const shared = required.filter((name) => !name.includes('/'));
  const namespaces = new Set(required.filter((name) => name.includes('/')).map((name) => name.split('/', 1).join()));
  if (namespaces.size === 0) return asksText;
  const coarse = `request.namespace in ${listText([...namespaces])} ? ${asksText} : ${needsText({ required: shared, lenient, strictIn: [] })}`;
  return coarse.length <= maxText ? coarse : asksText;
}

/** Some key of the injector meets the condition. */
function anyKey(condition: string): string {
  return `has(object.metadata.annotations) && object.metadata.annotations.exists(key, key.startsWith('${prefix}') && ${condition})`;
}

/**
 * What follows the prefix of `key` is one of the names, or begins with one and a hyphen or a dot. `except` are names
 * that do not count in a namespace: `shop/git-lfs`.
 */
function startsWith(names: readonly string[], except: readonly string[] = []): string {
  const shared = names.filter((name) => !name.includes('/'));
  const own = names.filter((name) => name.includes('/'));
  const begins = 'word.substring(0, n)';
  const ownBegins = `request.namespace + '/' + ${begins}`;
  const unless = except.length > 0 ? ` && !(${ownBegins} in ${listText(except)})` : '';
  const among = [
    ...(shared.length > 0 ? [`${begins} in ${listText(shared)}${unless}`] : []),
    ...(own.length > 0 ? [`${ownBegins} in ${listText(own)}`] : []),
  ];
  const lengths = new Set(names.map((name) => name.length - name.indexOf('/') - 1));
  const ends = "n <= size(word) && (n == size(word) || word.charAt(n) in ['-', '.'])";
  // What the workload says is JSON: between its quotes are words like those after the prefix.
  const words = `(key == '${fromWorkloadKey}' ? object.metadata.annotations[key].split('"') : [key.substring(${prefix.length})])`;
  return `${words}.exists(word, [${[...lengths].sort((a, b) => a - b)}].exists(n, ${ends} && (${among.join(' || ')})))`;
}

function listText(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text}'`).join(',')}]`;
}
