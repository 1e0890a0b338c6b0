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

const unitSeconds: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a Go duration such as `1m30s`; undefined where the text is none. Source: Go's time.ParseDuration. */
export function secondsOf(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^([0-9]{1,9}(\.[0-9]{1,9})?(ns|us|µs|ms|s|m|h)){1,6}$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(number) * (unitSeconds[unit ?? ''] ?? Number.NaN);
  }
  return seconds;
}

/** Durations as Go writes them; the value stays the text. */
export function durationReader(bounds: Bounds): Reader {
  return boundedReader('bad-duration', 'a duration', secondsOf, bounds, (text) =>
    /^[0-9]+$/.test(text)
      ? `Say the unit: "${text}s" for seconds, "${text}m" for minutes.`
      : 'Write "30s", "5m" or "1h30m".',
  );
}

const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number behind a Kubernetes quantity (`100m`, `64Mi`, `1e3`); undefined where the text is none. */
export function quantityOf(text: string): number | undefined {
  const match = /^([0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,2}))?$/.exec(
    text,
  );
  if (!match) return undefined;
  const [, number, suffix = '', exponent] = match;
  return exponent === undefined ? Number(number) * (suffixes[suffix] ?? Number.NaN) : Number(`${number}e${exponent}`);
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
