import { type Json, scalarText } from './json.ts';

const unitSeconds: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a Go duration such as `1m30s`; `undefined` for any other text. Source: Go's time.ParseDuration. */
export function secondsOf(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^([0-9]{1,9}(\.[0-9]{1,9})?(ns|us|µs|ms|s|m|h)){1,6}$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(number) * (unitSeconds[unit ?? ''] ?? Number.NaN);
  }
  return seconds;
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

/** The number behind a Kubernetes quantity (`100m`, `64Mi`, `1e3`); `undefined` for any other text. */
export function quantityOf(text: string): number | undefined {
  const match = /^([0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,2}))?$/.exec(
    text,
  );
  if (!match) return undefined;
  const [, number, suffix = '', exponent] = match;
  return exponent === undefined ? Number(number) * (suffixes[suffix] ?? Number.NaN) : Number(`${number}e${exponent}`);
}

/**
 * True for two texts of one amount, such as `1024Mi` and `1Gi`, where the field of a pod has a quantity. The API server
 * writes quantities in its own way.
 */
export function isSameQuantity(field: string, a: Json | undefined, b: Json | undefined): boolean {
  if (!/^(?:sizeLimit|divisor|requests|limits)$/.test(field)) return false;
  const [one, other] = [quantityOf(scalarText(a)), quantityOf(scalarText(b))];
  return one !== undefined && other !== undefined && !exceeds(one, other) && !exceeds(other, one);
}

/** The field that a value below another field is of: `requests` and `limits` are maps of quantities, by resource. */
export function fieldBelow(field: string, key: string): string {
  return field === 'requests' || field === 'limits' ? field : key;
}

/** A number as Kubernetes writes it: `50Mi`, `250m`, `3`. */
export function quantityText(amount: number): string {
  if (!Number.isInteger(amount)) return `${Math.round(amount * 1000)}m`;
  const suffix = ['Gi', 'Mi', 'Ki'].find((each) => amount > 0 && amount % (suffixes[each] ?? Number.NaN) === 0) ?? '';
  return `${amount / (suffixes[suffix] ?? 1)}${suffix}`;
}

/**
 * True when the first amount is more than the second. Decimal fractions and their sums are not exact in floating point:
 * `9m` comes to more than `0.009`.
 */
export function exceeds(a: number, b: number): boolean {
  return a > b * (1 + 1e-12);
}
