import type { Catalog } from '../catalog/catalog.ts';
import { prefix } from '../core/annotations.ts';
import type { Problem } from '../core/problem.ts';
import { quoted } from '../language/types/value.ts';
import { bad, guess, settingProblems, sidecarProblem } from './bad-policy.ts';
import { isClosed, requiredOf } from './policy.ts';
import { requireProblems, togetherProblems } from './required-problems.ts';
import type { PolicySpec } from './schema.ts';

/** What is wrong with a policy of the right shape. */
export function problemsIn(spec: PolicySpec, catalog: Catalog): Problem[] {
  const required = new Set(spec.require.map(({ sidecar }) => sidecar));
  return [
    ...spec.require.flatMap((each, i) => requireProblems(each, i, spec, catalog)),
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
        : [bad(['spec', 'exempt', i, 'until'], `${until} is not a date.`, 'Write a day such as "2027-01-31".')],
    ),
  ];
}

function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return month >= 1 && month <= 12 && day >= 1 && Date.UTC(year, month - 1, day) < Date.UTC(year, month, 1);
}

/** What is wrong with a default. */
export function defaultProblems(key: string, text: string, { require }: PolicySpec, { words }: Catalog): Problem[] {
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
