import { bundleOf } from './bundle.ts';
import { issueAuthority, issueLeaf } from './issue.ts';
import { examine, type Material } from './material.ts';
import { withNamesOf } from './names.ts';
import type { Situation, Step } from './plan.ts';

/** The material after a step that writes. New keys are made where the step says so. */
export async function carryOut(
  step: Exclude<Step, { readonly action: 'keep' }>,
  { stored, names, lifetimes, now }: Pick<Situation, 'stored' | 'names' | 'lifetimes' | 'now'>,
): Promise<Material> {
  if (step.action === 'restore') return step.material;
  const { signer = '', issuer } = examine(stored, now);
  const authority =
    step.authority === 'new'
      ? await issueAuthority({ commonName: 'sidecar-injector CA', life: lifetimes.authority, now })
      : { cert: signer, key: stored.authorityKey };
  const subject = {
    ...{ commonName: 'sidecar-injector', life: lifetimes.leaf, now },
    // Replicas with other names run beside this one during an upgrade, and would else replace each other's certificate.
    names: issuer === undefined ? names : withNamesOf(stored.pair.cert, names),
  };
  return {
    authorities: bundleOf([authority.cert.trim(), ...step.others]),
    authorityKey: authority.key,
    pair: step.leaf === 'kept' ? stored.pair : await issueLeaf(authority, subject),
  };
}
