import type { ParameterType } from './parameter-type.ts';
import { problem, quoted } from './value.ts';

const [lowest, highest] = [1024n, 65535n];

/** A port that a sidecar can listen on. Ports below 1024 need a privilege that sidecars do not have. */
export const port: ParameterType = {
  fields: [],
  reader: () => (text) => {
    const value = /^[1-9][0-9]{0,4}$/.test(text) ? BigInt(text) : 0n;
    if (value >= lowest && value <= highest) return { value };
    const message =
      value > 0n && value < lowest
        ? `Port ${text} is privileged, and the sidecar runs without privileges.`
        : `${quoted(text)} is not a port number.`;
    return problem('bad-port', message, `Write a number from ${lowest} to ${highest}.`);
  },
  sample: () => '20000',
  longest: () => ({ size: String(highest).length, items: 0 }),
};
