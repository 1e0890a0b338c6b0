import { quantityOf, secondsOf } from '../../core/units.ts';
import { problem, quoted, type Reader } from './value.ts';

/** Bounds as a template declares them, in the notation of the parameter's type. */
export interface Bounds {
  readonly min?: string | undefined;
  readonly max?: string | undefined;
}

export const readBoolean: Reader = (text) => {
  if (text === 'true') return { value: true };
  if (text === 'false') return { value: false };
  return problem('bad-boolean', `${quoted(text)} is neither true nor false.`, 'Write "true" or "false".');
};

/** Whole numbers in decimal notation, without a plus sign or leading zeros, within the bounds. */
export function integerReader(bounds: Bounds & { readonly example?: string | undefined }): Reader {
  const min = bounds.min === undefined ? undefined : BigInt(bounds.min);
  const max = bounds.max === undefined ? undefined : BigInt(bounds.max);
  const fix = `Write a whole number${range(bounds)}, such as "${bounds.example ?? bounds.min ?? '1'}".`;
  return (text) => {
    if (!/^(0|-?[1-9][0-9]{0,17})$/.test(text)) {
      return problem('bad-integer', `${quoted(text)} is not a whole number.`, fix);
    }
    const value = BigInt(text);
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
      return problem('bad-integer', `${text} is out of bounds.`, fix);
    }
    return { value };
  };
}

/** Ports from 1024: a sidecar runs without privileges, and below that is the app's realm. */
export const readPort: Reader = (text) => {
  const value = /^[1-9][0-9]{0,4}$/.test(text) ? BigInt(text) : 0n;
  if (value >= 1024n && value <= 65535n) return { value };
  const message =
    value > 0n && value < 1024n
      ? `Port ${text} is privileged, and the sidecar runs without privileges.`
      : `${quoted(text)} is not a port number.`;
  return problem('bad-port', message, 'Write a number from 1024 to 65535.');
};

/** Durations as Go writes them; the value stays the text. */
export function durationReader(bounds: Bounds): Reader {
  return boundedReader('bad-duration', 'a duration', secondsOf, bounds, (text) =>
    /^[0-9]+$/.test(text)
      ? `Say the unit: "${text}s" for seconds, "${text}m" for minutes.`
      : 'Write "30s", "5m" or "1h30m".',
  );
}

/** Quantities as Kubernetes writes them; the value stays the text. */
export function quantityReader(bounds: Bounds): Reader {
  return boundedReader('bad-quantity', 'a Kubernetes quantity', quantityOf, bounds, () => {
    return 'Write a number with a unit, such as "250m" for CPU or "64Mi" for memory.';
  });
}

function boundedReader(
  code: 'bad-duration' | 'bad-quantity',
  kind: string,
  measure: (text: string) => number | undefined,
  bounds: Bounds,
  hint: (text: string) => string,
): Reader {
  const min = bounds.min === undefined ? undefined : measure(bounds.min);
  const max = bounds.max === undefined ? undefined : measure(bounds.max);
  return (text) => {
    const size = measure(text);
    if (size === undefined) return problem(code, `${quoted(text)} is not ${kind}.`, hint(text));
    if (min !== undefined && size < min) {
      return problem(code, `${quoted(text)} is too small.`, `Write at least "${bounds.min}".`);
    }
    if (max !== undefined && size > max) {
      return problem(code, `${quoted(text)} is too large.`, `Write at most "${bounds.max}".`);
    }
    return { value: text };
  };
}

function range(bounds: Bounds): string {
  if (bounds.min !== undefined && bounds.max !== undefined) return ` from ${bounds.min} to ${bounds.max}`;
  if (bounds.min !== undefined) return ` not below ${bounds.min}`;
  return bounds.max === undefined ? '' : ` not above ${bounds.max}`;
}
