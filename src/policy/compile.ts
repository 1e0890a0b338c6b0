import { hash } from 'node:crypto';
import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { annotationKey, prefix } from '../core/annotations.ts';
import { didYouMean } from '../core/closest.ts';
import type { TemplateObject } from '../core/objects.ts';
import type { Problem } from '../core/problem.ts';
import { shapeProblems } from '../language/shape-problems.ts';
import { sentence } from '../language/template-problem.ts';
import { quoted } from '../language/types/value.ts';
import type { Template } from '../template/template.ts';
import { alwaysLocked, type Exemption, isClosed, type Policy, type RequiredSidecar } from './policy.ts';
import { type PolicySpec, policyName, policySpecSchema } from './schema.ts';
import { selectorOf } from './selector.ts';
import { claimsIn, obstacleBetween } from './together.ts';

/** A policy of the cluster as its author wrote it: it has the shape of a template. */
export type PolicyObject = TemplateObject;

export const policyKind = 'SidecarPolicy';

const correct = 'Correct the policy: docs/policies.md describes every field.';

/** What a policy means with this catalog, or every problem in it: `bad-policy`, with the path in the object. */
export function compilePolicy(
  { metadata: { name }, spec }: PolicyObject,
  catalog: Catalog,
): { readonly policy: Policy } | { readonly problems: readonly Problem[] } {
  const named = policyName.safeParse(name);
  const read = policySpecSchema.safeParse(spec);
  const issues = [
    ...(named.error?.issues ?? []).map(({ message }) => ({ path: ['metadata', 'name'], message })),
    ...(read.error ? shapeProblems(read.error, policySpecSchema, spec) : []).map(({ path, message }) => ({
      path: ['spec', ...path],
      message,
    })),
  ];
  if (!read.success || issues.length > 0)
    return { problems: issues.map(({ path, message }) => bad(path, sentence(message), correct)) };
  const problems = problemsIn(read.data, catalog);
  return problems.length > 0 ? { problems } : { policy: policyOf(name, read.data) };
}

function policyOf(name: string, spec: PolicySpec): Policy {
  const lock: { [key: string]: string } = {};
  const defaults: { [key: string]: string } = {};
  const require = spec.require.map(requiredOf);
  for (const { sidecar, settings, locked } of require) {
    lock[annotationKey(sidecar, undefined, '')] = 'true';
    for (const [parameter, text] of Object.entries(settings))
      (locked.has(parameter) ? lock : defaults)[annotationKey(sidecar, parameter, '')] = text;
  }
  for (const [key, text] of Object.entries(spec.defaults)) defaults[prefix + key] ??= text;
  return {
    ...{ name, action: spec.action, require, lock, defaults },
    revision: hash('sha256', JSON.stringify(spec)).slice(0, 16),
    namespaces: selectorOf(spec.namespaceSelector),
    pods: selectorOf(spec.podSelector),
    forbid: new Set(spec.forbid),
    exempt: spec.exempt.map(exemptionOf),
  };
}

function requiredOf({ sidecar, settings, lock: names }: PolicySpec['require'][number]): RequiredSidecar {
  const locksAll = names.includes('*');
  const own = Object.keys(settings);
  const locked = new Set(locksAll ? own : [...names, ...own.filter((name) => alwaysLocked.has(name))]);
  return { sidecar, settings, locked, locksAll };
}

/** The day of `until` belongs to the exemption. */
function exemptionOf({ podSelector, serviceAccounts, until }: PolicySpec['exempt'][number]): Exemption {
  const ends = until === undefined ? undefined : Date.parse(`${until}T00:00:00Z`) + 24 * 60 * 60 * 1000;
  return { pods: selectorOf(podSelector ?? {}), serviceAccounts, ends };
}

type Path = readonly PropertyKey[];

function problemsIn(spec: PolicySpec, catalog: Catalog): Problem[] {
  const required = new Set(spec.require.map(({ sidecar }) => sidecar));
  return [
    ...spec.require.flatMap((each, i) => requireProblems(each, ['spec', 'require', i], spec, catalog)),
    ...spec.forbid.flatMap((sidecar, i) => {
      const path = ['spec', 'forbid', i];
      if (!required.has(sidecar)) return sidecarProblem(sidecar, path, catalog);
      return [bad(path, `The policy requires ${sidecar} and forbids it.`, 'Remove it from require or from forbid.')];
    }),
    ...togetherProblems(spec, catalog),
    ...Object.entries(spec.defaults).flatMap(([key, text]) => defaultProblems(key, text, spec, catalog)),
    ...spec.exempt.flatMap(({ until }, i) =>
      until === undefined || isDay(until)
        ? []
        : [bad(['spec', 'exempt', i, 'until'], `There is no day ${until}.`, 'Write a day such as "2027-01-31".')],
    ),
  ];
}

function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return month >= 1 && month <= 12 && day >= 1 && Date.UTC(year, month - 1, day) < Date.UTC(year, month, 1);
}

function requireProblems(
  { sidecar, settings, lock }: PolicySpec['require'][number],
  path: Path,
  { require }: PolicySpec,
  catalog: Catalog,
): Problem[] {
  const unknown = sidecarProblem(sidecar, [...path, 'sidecar'], catalog);
  const template = templateOf(sidecar, catalog);
  if (!template) return unknown;
  if (require.filter((other) => other.sidecar === sidecar).length > 1)
    return [bad([...path, 'sidecar'], `The policy requires ${sidecar} twice.`, 'Write all its settings in one entry.')];
  return [
    ...Object.entries(settings).flatMap(([name, text]) =>
      settingProblems(template, name, text, [...path, 'settings', name]),
    ),
    ...lock.flatMap((name, i) =>
      name === '*' || Object.hasOwn(settings, name)
        ? []
        : [bad([...path, 'lock', i], `settings has no ${name}.`, `Set ${name} there, or remove it here.`)],
    ),
  ];
}

/** Required sidecars of which no pod can have both. */
function togetherProblems(spec: PolicySpec, catalog: Catalog): Problem[] {
  const claims = claimsIn(spec.require.map(requiredOf), catalog);
  return claims.flatMap((one, at) =>
    claims.slice(at + 1).flatMap((other) => {
      const obstacle = obstacleBetween(one, other);
      if (obstacle === undefined) return [];
      const message = `The policy requires ${one.sidecar} and ${other.sidecar}: ${obstacle}.`;
      const i = spec.require.findIndex(({ sidecar }) => sidecar === one.sidecar);
      return [bad(['spec', 'require', i, 'sidecar'], message, 'Require only one of them, or change their settings.')];
    }),
  );
}

function sidecarProblem(sidecar: string, path: Path, catalog: Catalog): Problem[] {
  if (templateOf(sidecar, catalog)) return [];
  const names = catalog.templates.map(({ name }) => name);
  return [bad(path, `The cluster has no sidecar ${quoted(sidecar)}.`, guess(sidecar, names, 'sidecars'))];
}

function settingProblems(template: Template, name: string, text: string, path: Path): Problem[] {
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

function defaultProblems(key: string, text: string, { require }: PolicySpec, { words }: Catalog): Problem[] {
  const path = ['spec', 'defaults', key];
  if (key.startsWith(prefix))
    return [bad(path, `The keys of defaults are without ${prefix}.`, `Write ${key.slice(prefix.length)}.`)];
  const meaning = words.get(key);
  if (meaning?.parameter) {
    const { template, parameter } = meaning;
    const own = require.find(({ sidecar }) => sidecar === template.name);
    if (own && own.settings[parameter.name] === undefined && isClosed(requiredOf(own), parameter.name))
      return [
        bad(path, 'The policy locks this setting.', `Write ${parameter.name} in the settings of ${own.sidecar}.`),
      ];
    return settingProblems(template, parameter.name, text, path);
  }
  if (!meaning) {
    const all = [...words.keys()];
    const ofSidecar = all.filter((word) => word.startsWith(`${key.split('-', 1)[0]}-`));
    return [
      bad(path, `No sidecar has ${quoted(prefix + key)}.`, guess(key, ofSidecar.length > 0 ? ofSidecar : all, 'keys')),
    ];
  }
  const fix = 'Write it in require, or set its parameters.';
  return [bad(path, `${key} turns on a sidecar, and defaults only set parameters.`, fix)];
}

function guess(word: string, words: readonly string[], what: string): string {
  return didYouMean(word, words, `The ${what} are: ${words.slice(0, 64).join(', ')}.`);
}

function bad(path: Path, message: string, fix: string): Problem {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return { code: 'bad-policy', path: text.slice(1), message, fix };
}
