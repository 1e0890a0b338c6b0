import type { Catalog } from '../../catalog/catalog.ts';
import { annotationKey, prefix } from '../../core/annotations.ts';
import { objectAt } from '../../core/fields.ts';
import { isObject } from '../../core/json.ts';
import type { Template } from '../../template/template.ts';
import { annotationsOf } from '../../workload/templates.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import type { Manifest } from '../inject/manifests.ts';
import { type Found, objectsIn, valueAt } from '../inject/objects.ts';

/** The pod, or the workload, that a template is rendered for; `podSteps` lead from the object to its pod. */
export interface Subject {
  readonly manifest: Manifest;
  readonly found: Found;
  readonly podSteps: readonly string[];
}

const smallPod = {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app' } },
  spec: { containers: [{ name: 'app', image: 'example.com/app:1.0.0' }] },
};

/** A pod with one container, for templates that are rendered without a pod. */
export const sampleManifest: Manifest = {
  ...{ file: '', number: 1, line: 1, text: '', parts: [] },
  value: smallPod,
};

/** The only pod of the manifests. Where there is none, or more than one, what to do about it. */
export function subjectIn(manifests: readonly Manifest[]): Subject | { readonly message: string } {
  const all = manifests.flatMap((manifest) =>
    objectsIn(manifest.value).flatMap((found) => found.pods.map((podSteps) => ({ manifest, found, podSteps }))),
  );
  const [subject] = all;
  if (subject && all.length === 1) return subject;
  return { message: `the file has ${all.length} pods and workloads. Give a file with one.` };
}

/**
 * The object with the settings as annotations of its pod. The sidecar is turned on, unless the pod, its workload or its
 * namespace turn it on or off themselves, or ask for instances of it.
 */
export function withSettings(
  { found, podSteps }: Subject,
  settings: ReadonlyMap<string, string>,
  ofNamespace: readonly string[],
  template: Template,
  catalog: Catalog,
): Found {
  const pod = valueAt(found.object, podSteps);
  const inPod = annotationsOf(pod) ?? {};
  const present = [...Object.keys(inPod), ...Object.keys(annotationsOf(found.object) ?? {}), ...ofNamespace];
  const isDecided = present.some((key) => {
    const [word = '', ...instance] = key.startsWith(prefix) ? key.slice(prefix.length).split('.') : [];
    const meaning = catalog.words.get(word);
    return meaning?.template === template && (!meaning.parameter || instance.length > 0);
  });
  const on = isDecided ? {} : { [annotationKey(template.name, undefined, '')]: 'true' };
  const value = { ...objectAt(pod, 'metadata'), annotations: { ...on, ...inPod, ...Object.fromEntries(settings) } };
  const path = [...podSteps, 'metadata'].map((step) => `/${step}`).join('');
  const object = patched(found.object, [{ op: 'add', path, value }]);
  return isObject(object) ? { ...found, object } : found;
}
