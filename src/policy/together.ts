import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { fixedPorts } from './fixed.ts';
import type { Policy, RequiredSidecar } from './policy.ts';
import { anywhere } from './render.ts';

/** A required sidecar, and what of it can keep others out of a pod. */
export interface Claim {
  readonly sidecar: string;
  readonly excludes: readonly string[];
  /** As `8080/TCP`. */
  readonly ports: readonly string[];
}

const known = new WeakMap<Policy, { readonly catalog: Catalog; readonly claims: readonly Claim[] }>();

/** What the sidecars of a policy claim, whatever the settings of a pod are. */
export function claimsOf(policy: Policy, catalog: Catalog): readonly Claim[] {
  const before = known.get(policy);
  if (before?.catalog === catalog) return before.claims;
  const claims = claimsIn(policy.require, catalog);
  known.set(policy, { catalog, claims });
  return claims;
}

/** The same of a policy that is being compiled. */
export function claimsIn(require: readonly RequiredSidecar[], catalog: Catalog): readonly Claim[] {
  return require.flatMap((required) => {
    const template = templateOf(required.sidecar, catalog);
    if (!template) return [];
    const { conflicts: excludes } = template.document.spec;
    return [{ sidecar: required.sidecar, excludes, ports: fixedPorts(template, required, anywhere) }];
  });
}

/** Why no pod can have both sidecars: the end of a sentence that has named them. Undefined where one can. */
export function obstacleBetween(a: Claim, b: Claim): string | undefined {
  if (a.sidecar === b.sidecar) return undefined;
  if (a.excludes.includes(b.sidecar) || b.excludes.includes(a.sidecar)) return 'they cannot be in the same pod';
  const shared = a.ports.find((port) => b.ports.includes(port));
  return shared && `both have port ${Number.parseInt(shared, 10)}, which nobody can change`;
}
