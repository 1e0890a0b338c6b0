import { objectAt } from '../../core/fields.ts';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { pathOfSteps } from '../../core/path.ts';
import { printable } from '../../core/printable.ts';
import { titleOf } from '../../core/title.ts';
import { inWorkload } from '../../workload/paths.ts';
import type { InjectedManifests } from '../inject/inject-manifests.ts';
import { warningsOf } from '../inject/inject-object.ts';
import { lineOf } from '../inject/locate.ts';
import { type Found, objectsIn } from '../inject/objects.ts';
import { doneText } from '../inject/report-lines.ts';
import { readAmong, writtenWarnings } from '../inject/written-warnings.ts';

type Severity = 'error' | 'warning' | 'info';

/**
 * One entry of `results` in a ResourceList.
 * Source: github.com/kubernetes-sigs/kustomize, cmd/config/docs/api-conventions/functions-spec.md.
 */
export type Result = JsonObject & { readonly message: string; readonly severity: Severity };

/**
 * What there is to say about the items: every problem, every warning, and without problems which sidecars were
 * injected.
 */
export function resultsOf({ files, injections, problems, workloads }: InjectedManifests): readonly Result[] {
  const ofObjects = new Set(injections.flatMap((injection) => injection.problems));
  const others = problems.filter((problem) => !ofObjects.has(problem));
  const items = files.flatMap(({ manifests }) => manifests.flatMap(({ value }) => objectsIn(value, workloads)));
  const isReadBeside = readAmong(items);
  return [
    ...others.map((problem) => result('error', lineOf(problem))),
    ...injections.flatMap(({ found, problems }) =>
      problems.map(({ problem: { code, path, message, fix } }) =>
        result('error', `${message} ${fix} [${code}]`, found, withoutItem(path, found)),
      ),
    ),
    ...injections.flatMap((injection) =>
      warningsOf(injection).map(({ message }) =>
        result('warning', inWorkload(message, injection.podSteps), injection.found),
      ),
    ),
    ...items.flatMap((found) =>
      writtenWarnings(found, isReadBeside, workloads).map(({ message }) => result('warning', message, found)),
    ),
    ...injections.flatMap((injection) => {
      const done = problems.length > 0 ? undefined : doneText(injection);
      return done === undefined ? [] : [result('info', done, injection.found)];
    }),
  ];
}

export function result(severity: Severity, message: string, found?: Found, path = ''): Result {
  return {
    ...{ message, severity },
    ...(found ? { resourceRef: referenceTo(found.object) } : {}),
    ...(path === '' ? {} : { field: { path } }),
    ...fileOf(found?.object),
  };
}

/** One line for a person: `deployment/web: spec.template: …`. */
export function resultText({ message, resourceRef, field }: Result): string {
  const { kind, name } = isObject(resourceRef) ? resourceRef : {};
  const title = kind === undefined ? [] : [titleOf(String(kind), String(name))];
  const path = isObject(field) && typeof field.path === 'string' ? [field.path] : [];
  return printable([...title, ...path, message].join(': '));
}

/** The path from the object, and not from the list. */
function withoutItem(path: string, { steps }: Found): string {
  const item = `${pathOfSteps(steps)}.`;
  return path.startsWith(item) ? path.slice(item.length) : path;
}

function referenceTo({ apiVersion = null, kind = null, metadata }: JsonObject): JsonObject {
  const { name = null, namespace } = isObject(metadata) ? metadata : {};
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/**
 * The file that an orchestrator read the object from. kpt and kustomize write the second form, kpt before 1.0 the
 * first. An index that is not a number is left out: a number has to be there, or nothing.
 */
function fileOf(object: JsonObject | undefined): { readonly file?: JsonObject } {
  const annotations = objectAt(object, 'metadata.annotations');
  const said = (name: string): Json | undefined =>
    annotations[`internal.config.kubernetes.io/${name}`] ?? annotations[`config.kubernetes.io/${name}`];
  const path = said('path');
  if (typeof path !== 'string') return {};
  const index = Number(said('index') ?? 0);
  return { file: { path, ...(Number.isSafeInteger(index) && index >= 0 ? { index } : {}) } };
}
