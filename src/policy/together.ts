import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { annotationKey } from '../core/annotations.ts';
import type { Template } from '../template/template.ts';
import { fixedPorts } from './fixed.ts';
import { isClosed, type Policy, type RequiredSidecar } from './policy.ts';
import { remembered } from './remembered.ts';
import { anywhere } from './render.ts';

/** A required sidecar, and what of it can keep others out of a pod. */
export interface Claim {
  readonly sidecar: string;
  readonly excludes: readonly string[];
  /** As `8080/TCP`. */
  readonly ports: readonly string[];
}

/** What a policy claims for its pods, whatever their settings are. */
export interface Claims {
  readonly sidecars: readonly Claim[];
  /** The annotations of parameters that it locks without a value of its own, with the default of the template. */
  readonly closed: ReadonlyMap<string, string | undefined>;
  /** What it locks or sets. */
  readonly settings: readonly (readonly [key: string, text: string])[];
}

/** The claims of a policy: it is compared with all others. */
export const claimsOf = remembered((policy: Policy, catalog: Catalog): Claims => {
  const closed = policy.require.flatMap((required) =>
    [...(templateOf(required.sidecar, catalog)?.parameters.values() ?? [])]
      .filter(({ name }) => required.settings[name] === undefined && isClosed(required, name))
      .map(({ name, declaration }) => [annotationKey(required.sidecar, name, ''), declaration.default] as const),
  );
  const settings = [...Object.entries(policy.lock), ...Object.entries(policy.defaults)];
  return { sidecars: claimsIn(policy.require, catalog), closed: new Map(closed), settings };
});

/** The required sidecars of a policy that may be compiled only now. */
export function claimsIn(require: readonly RequiredSidecar[], catalog: Catalog): readonly Claim[] {
  return require.flatMap((required) => {
    const template = templateOf(required.sidecar, catalog);
    return template ? [claimOf(required, template)] : [];
  });
}

const claimOf = remembered((required: RequiredSidecar, template: Template): Claim => {
  const { conflicts: excludes } = template.document.spec;
  return { sidecar: required.sidecar, excludes, ports: fixedPorts(template, required, anywhere) };
});

/** Why no pod can have both sidecars: the end of a sentence that has named them. Undefined where one can. */
export function obstacleBetween(a: Claim, b: Claim): string | undefined {
  if (a.sidecar === b.sidecar) return undefined;
  if (a.excludes.includes(b.sidecar) || b.excludes.includes(a.sidecar)) return 'they cannot be in the same pod';
  const shared = a.ports.find((port) => b.ports.includes(port));
  return shared && `both have port ${Number.parseInt(shared, 10)}, which nobody can change`;
}
