import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { didYouMean } from '../core/closest.ts';
import type { Problem } from '../core/problem.ts';
import { quoted } from '../language/types/value.ts';
import type { Template } from '../template/template.ts';

/** Steps from the object of a policy to the value that is wrong. */
type Path = readonly PropertyKey[];

/** The problem of a name that no sidecar of the cluster has. */
export function sidecarProblem(sidecar: string, path: Path, catalog: Catalog): Problem[] {
  if (templateOf(sidecar, catalog)) return [];
  const names = catalog.templates.map(({ name }) => name);
  return [bad(path, `The cluster has no sidecar ${quoted(sidecar)}.`, guess(sidecar, names, 'sidecars'))];
}

/** The problem of a parameter that the sidecar does not have, or of its value. */
export function settingProblems(template: Template, name: string, text: string, path: Path): Problem[] {
  const parameter = template.parameters.get(name);
  if (!parameter) {
    const names = [...template.parameters.keys()];
    return [
      bad(path, `The sidecar ${template.name} has no parameter ${quoted(name)}.`, guess(name, names, 'parameters')),
    ];
  }
  const read = parameter.read(text);
  return 'problem' in read ? [bad(path, read.problem.message, read.problem.fix)] : [];
}

/** The word that was likely meant, or all that are known. */
export function guess(word: string, words: readonly string[], what: string): string {
  return didYouMean(word, words, `The ${what} are: ${words.slice(0, 64).join(', ')}.`);
}

/** A problem of a policy. */
export function bad(path: Path, message: string, fix: string): Problem {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return { code: 'bad-policy', path: text.slice(1), message, fix };
}
