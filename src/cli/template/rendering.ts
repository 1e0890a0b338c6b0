import { annotationKey, statusKey } from '../../core/annotations.ts';
import { textAt } from '../../core/fields.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { Template } from '../../template/template.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import { type InjectContext, type Injection, injectObject, podEdits } from '../inject/inject-object.ts';
import type { FileProblem } from '../inject/manifests.ts';
import { valueAt } from '../inject/objects.ts';
import { added } from './added.ts';
import { type Subject, withSettings } from './subject.ts';

/** What becomes of a pod that gets the sidecar of a template. */
export interface Rendering {
  readonly injection: Injection;
  /** What the pod gets; undefined where it gets nothing. */
  readonly parts: Json | undefined;
  readonly problems: readonly FileProblem[];
}

/** Injects the pod with the settings, by parameter, as its annotations. */
export function rendering(
  template: Template,
  settings: readonly (readonly [string, string])[],
  subject: Subject,
  context: InjectContext,
): Rendering {
  const annotations = new Map(settings.map(([name, value]) => [annotationKey(template.name, name, ''), value]));
  const namespace = textAt(subject.found.object, 'metadata.namespace') || context.namespace;
  const ofNamespace = Object.keys(context.namespaces.get(namespace)?.annotations ?? {});
  const found = withSettings(subject, annotations, ofNamespace, template, context.state.catalog);
  const injection = injectObject(subject.manifest, found, subject.podSteps, context);
  const problems = injection.problems.map((problem) => located(problem, [...annotations.keys()]));
  return { injection, problems, parts: partsOf(injection) };
}

/** A problem of a setting of the command line, or of the sample pod, is in no file. */
function located(problem: FileProblem, keys: readonly string[]): FileProblem {
  const isSetting = keys.some((key) => problem.problem.path.endsWith(`['${key}']`));
  return isSetting || problem.position.startsWith(':') ? { ...problem, position: '', subject: '' } : problem;
}

/** What the injection adds to the pod, without the annotation that says what was added. */
function partsOf(injection: Injection): Json | undefined {
  const pod = valueAt(injection.found.object, injection.podSteps);
  const after = patched(pod ?? null, podEdits(injection));
  if (!isObject(after) || !isObject(after.metadata) || !isObject(after.metadata.annotations)) return added(pod, after);
  const { [statusKey]: _, ...annotations } = after.metadata.annotations;
  return added(pod, { ...after, metadata: { ...after.metadata, annotations } });
}
