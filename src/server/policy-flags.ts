import { duration, type Kind, oneOf } from '../flags/kinds.ts';
import type { Flag } from '../flags/read-flags.ts';

const positive: Kind<number> = {
  word: 'NUMBER',
  expected: 'a number from 1 to 1000',
  read: (text) => (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1000 ? Number(text) : undefined),
};

/** How policies are held inside the API server. */
export const policyFlags = [
  {
    name: 'manage-policies',
    env: 'SIDECAR_MANAGE_POLICIES',
    kind: oneOf(['true', 'false']),
    default: 'true',
    help: 'Whether the injector holds enforced policies inside the API server. Requires --registration.',
  },
  {
    name: 'most-policies',
    env: 'SIDECAR_MOST_POLICIES',
    kind: positive,
    default: '100',
    help: 'How many enforced policies are held inside the API server at most: the chart gives the right to write bindings with so many names.',
  },
  {
    name: 'inject-policies',
    env: 'SIDECAR_INJECT_POLICIES',
    kind: oneOf(['true', 'false']),
    default: 'false',
    help: 'Whether the API server injects required sidecars by itself where a policy fixes all of them. Requires the rule of the chart for that.',
  },
  {
    name: 'count-pods',
    env: 'SIDECAR_COUNT_PODS',
    kind: duration,
    default: '0s',
    help: 'How often to count the pods of each policy for its status; 0s does not. Requires --registration.',
  },
] as const satisfies readonly Flag[];
