import { type Catalog, templateOf } from '../catalog/catalog.ts';
import type { Problem } from '../core/problem.ts';
import { bad, settingProblems, sidecarProblem } from './bad-policy.ts';
import { requiredOf } from './policy.ts';
import { anywhere, problemsWith } from './render.ts';
import type { PolicySpec } from './schema.ts';
import { claimsIn, obstacleBetween } from './together.ts';

/** What is wrong with a required sidecar. */
export function requireProblems(
  { sidecar, settings, lock }: PolicySpec['require'][number],
  index: number,
  { require }: PolicySpec,
  catalog: Catalog,
): Problem[] {
  const path = ['spec', 'require', index];
  const unknown = sidecarProblem(sidecar, [...path, 'sidecar'], catalog);
  const template = templateOf(sidecar, catalog);
  if (!template) return unknown;
  if (require.filter((other) => other.sidecar === sidecar).length > 1)
    return [bad([...path, 'sidecar'], `The policy requires ${sidecar} twice.`, 'Write all its settings in one entry.')];
  const wrong = Object.entries(settings).flatMap(([name, text]) =>
    settingProblems(template, name, text, [...path, 'settings', name]),
  );
  const lacks = wrong.length === 0 && lock.includes('*') ? problemsWith(template, settings, anywhere) : [];
  return [
    ...wrong,
    ...lacks.map(({ message }) =>
      bad([...path, 'settings'], message, 'Set it here: lock has "*", so nobody else can.'),
    ),
    ...lock.flatMap((name, i) =>
      name === '*' || Object.hasOwn(settings, name)
        ? []
        : [bad([...path, 'lock', i], `settings has no ${name}.`, `Set ${name} there, or remove it here.`)],
    ),
  ];
}

/** Required sidecars of which no pod can have both. */
export function togetherProblems(spec: PolicySpec, catalog: Catalog): Problem[] {
  if (spec.require.length < 2) return [];
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
