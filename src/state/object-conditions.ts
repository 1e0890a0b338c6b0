/*
 * CEL for the API server, about workloads and namespaces. A custom resource can have null where others have a map, and
 * an expression that fails refuses the request, so every step is checked.
 */
import { prefix } from '../core/annotations.ts';
import { carryingOwners, type WorkloadKind } from '../workload/kinds.ts';

const isOurs = `key.startsWith('${prefix}')`;
const isMap = (value: string) => `type(${value}) == map`;
const hasMap = (holder: string, field: string) => `has(${holder}.${field}) && ${isMap(`${holder}.${field}`)}`;

/** The object has annotations or labels for sidecars, or had some before the update. */
export const saysText = `(${says('object')} || (oldObject != null && ${says('oldObject')}))`;

/** The annotations for sidecars are new, changed or gone. */
export const saysOtherwiseText = `(oldObject == null || ${differs('object', 'oldObject')} || ${differs('oldObject', 'object')})`;

/** The object is not being deleted. */
export const livesText = '!has(object.metadata.deletionTimestamp)';

/** No controller has made the object from a template that carries annotations itself. */
export function notCopiedText(kinds: readonly WorkloadKind[]): string {
  const owners = carryingOwners(kinds).map((kind) => `'${kind}'`);
  return `!has(object.metadata.ownerReferences) || !object.metadata.ownerReferences.exists(owner, has(owner.controller) && owner.controller && owner.kind in [${owners.join(', ')}])`;
}

/** One of the pod templates, or metadata on the way to it, has annotations or labels for sidecars. */
export function templatesSayText(paths: readonly string[]): string {
  const inside = (root: string) => paths.map((path) => below(root, path.split('.'))).join(' || ');
  return `(${inside('object')} || (oldObject != null && (${inside('oldObject')})))`;
}

/** The pod templates, something around them, or labels for sidecars are new or changed. */
export function templatesChangedText(paths: readonly string[]): string {
  const around = new Set(
    paths.map((path) =>
      path
        .replace(/\.\*.*$/, '')
        .split('.')
        .slice(0, 2)
        .join('.'),
    ),
  );
  const changed = [...around].map((path) => `${valueAt('object', path)} != ${valueAt('oldObject', path)}`);
  return `(oldObject == null || ${changed.join(' || ')} || ${differs('object', 'oldObject', 'labels')})`;
}

function says(holder: string): string {
  const inMap = (field: string) =>
    `(${hasMap(`${holder}.metadata`, field)} && ${holder}.metadata.${field}.exists(key, ${isOurs}))`;
  return `(${hasMap(holder, 'metadata')} && (${inMap('annotations')} || ${inMap('labels')}))`;
}

/** Some annotation, or label, of the one is not the same in the other. */
function differs(one: string, other: string, field = 'annotations'): string {
  const [mine, theirs] = [`${one}.metadata.${field}`, `${other}.metadata.${field}`];
  const isSame = `${hasMap(`${other}.metadata`, field)} && key in ${theirs} && ${theirs}[key] == ${mine}[key]`;
  return `(${hasMap(`${one}.metadata`, field)} && ${mine}.exists(key, ${isOurs} && !(${isSame})))`;
}

/** The end of the path below a map says something, or a map on the way does. */
function below(holder: string, [step, ...rest]: readonly string[], depth = 0): string {
  if (step === undefined) return says(holder);
  const onTheWay = depth === 0 ? '' : `${says(holder)} || `;
  const value = `${holder}.${step}`;
  if (rest[0] !== '*') return `(${onTheWay}(${hasMap(holder, step)} && ${below(value, rest, depth + 1)}))`;
  const item = `i${depth}`;
  const inItem = (each: string) => `${isMap(each)} && ${below(each, rest.slice(1), depth + 1)}`;
  const inList = `(type(${value}) == list && ${value}.exists(${item}, ${inItem(item)}))`;
  const inValues = `(${isMap(value)} && ${value}.exists(${item}, ${inItem(`${value}[${item}]`)}))`;
  return `(${onTheWay}(has(${value}) && (${inList} || ${inValues})))`;
}

/** A list of the value at the path; an empty list where there is none. */
function valueAt(root: string, path: string): string {
  const steps = path.split('.');
  const guards = steps.map((step, i) => {
    const holder = [root, ...steps.slice(0, i)].join('.');
    return i === steps.length - 1 ? `has(${holder}.${step})` : hasMap(holder, step);
  });
  return `(${guards.join(' && ')} ? [${[root, ...steps].join('.')}] : [])`;
}
