import type { PolicyObject } from '../../src/policy/compile.ts';
import { compilePolicy } from '../../src/policy/compile.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { builtInState } from '../engine/state.ts';

/** A policy as its author writes it: enforced, for the namespaces of the team `shop`. */
export function policyObject(name: string, spec: object, metadata: object = {}): PolicyObject {
  return {
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'SidecarPolicy',
    metadata: { name, ...metadata },
    spec: { namespaceSelector: { matchLabels: { team: 'shop' } }, action: 'Enforce', ...spec },
  };
}

/** The compiled policy, which must be valid. */
export function policy(name: string, spec: object): Policy {
  const compiled = compilePolicy(policyObject(name, spec), builtInState.catalog);
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
  return compiled.policy;
}
