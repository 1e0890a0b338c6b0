import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../src/core/json.ts';
import { isObject } from '../src/core/json.ts';

/** A pod as the API server would send it for one object of an example file. */
export interface ExamplePod {
  readonly file: string;
  /** The first line of the file's comment. */
  readonly title: string;
  readonly pod: JsonObject;
}

/** The pods of the examples: those written as pods, and those that Deployments would make. */
export function examplePods(): ExamplePod[] {
  const folder = join(import.meta.dirname, '..', 'examples');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.sort().flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const title = text.split('\n')[0]?.replace(/^# /, '') ?? '';
    return parseAllDocuments(text).flatMap((document) => {
      const pod = podOf(document.toJS());
      return pod ? [{ file, title, pod }] : [];
    });
  });
}

function podOf(object: unknown): JsonObject | undefined {
  if (!isObject(object)) return undefined;
  if (object.kind === 'Pod') return object;
  const { spec, metadata } = object;
  if (!isObject(spec) || !isObject(spec.template) || !isObject(metadata)) return undefined;
  const template = spec.template;
  const own = isObject(template.metadata) ? template.metadata : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: `${String(metadata.name)}-`, ...own },
    ...rest(template),
  };
}

function rest({ metadata: _, ...others }: JsonObject): JsonObject {
  return others;
}

/** An AdmissionReview for the creation of a pod. */
export function reviewFor(pod: JsonObject): string {
  const request = {
    uid: crypto.randomUUID(),
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    operation: 'CREATE',
    namespace: 'demo',
    userInfo: { username: 'demo' },
    object: pod,
    dryRun: true,
  };
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
}
