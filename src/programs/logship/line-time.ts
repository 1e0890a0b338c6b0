/** The time that a line names, in nanoseconds since 1970, and the nanoseconds of the unit that it is given in. */
export interface LineTime {
  readonly time: bigint;
  readonly unit: bigint;
}

/** Letters of a line in which its time begins. */
const near = 200;

/**
 * `2026-11-26T13:00:00.123Z`, `2026/11/26 13:00:00,123 +01:00`; at the beginning of a line, also behind brackets and
 * quotes.
 */
const iso =
  /^[[("'<]{0,3}(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9})\d*)?(?: ?(Z|UTC|[+-]\d{2}:?\d{2})(?!\d))?/i;

/** `[26/Nov/2026:13:00:00 +0000]`, as web servers write in the midst of a line. */
const web = /\[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})\]/;
const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `1764162000.123`: seconds since 1970. */
const unix = /^[[("'<]{0,3}(\d{10})(?:\.(\d{1,9})\d*)?(?![\w.])/;

/** The fields of JSON that hold the time, the first one first. */
const fieldNames = ['@timestamp', 'timestamp', 'time', 'ts', 'datetime', 'date'];

/**
 * The time that a line of text names near its beginning, where it is one of the forms above. Without a zone it is UTC.
 */
export function timeInText(text: string): LineTime | undefined {
  const start = text.slice(0, near);
  const date = iso.exec(start);
  if (date) {
    const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = 'Z'] = date;
    return timeOf(`${year}-${month}-${day}T${hour}:${minute}:${second}`, fraction, zone);
  }
  const seconds = unix.exec(start);
  if (seconds) return withFraction(BigInt(seconds[1] ?? 0), seconds[2] ?? '');
  const [, day, name = '', year, hour, minute, second, zone = ''] = web.exec(start) ?? [];
  const month = months.indexOf(name) / 3;
  if (day === undefined || !Number.isInteger(month) || month < 0) return undefined;
  return timeOf(`${year}-${String(month + 1).padStart(2, '0')}-${day}T${hour}:${minute}:${second}`, '', zone);
}

/**
 * The time that a JSON object names: a text in a form above, or a number of seconds, or of a smaller unit where it is
 * large.
 */
export function timeInFields(fields: Readonly<Record<string, unknown>>): LineTime | undefined {
  for (const name of fieldNames) {
    const value = fields[name];
    const found =
      typeof value === 'string' ? timeInText(value) : typeof value === 'number' ? timeOfNumber(value) : undefined;
    if (found) return found;
  }
  return undefined;
}

function timeOf(local: string, fraction: string, zone: string): LineTime | undefined {
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : 'Z';
  const milliseconds = Date.parse(`${local}${offset}`);
  return Number.isNaN(milliseconds) ? undefined : withFraction(BigInt(milliseconds) / 1000n, fraction);
}

function withFraction(seconds: bigint, fraction: string): LineTime {
  const unit = 10n ** BigInt(9 - fraction.length);
  return { time: seconds * 1_000_000_000n + BigInt(fraction || 0) * unit, unit };
}

/** Seconds, milliseconds, microseconds or nanoseconds: whichever is nearest to today. */
function timeOfNumber(value: number): LineTime | undefined {
  const power = [1e9, 1e12, 1e15, 1e18].findIndex((one) => value >= one && value < one * 10);
  if (power < 0) return undefined;
  const unit = 10n ** BigInt(9 - 3 * power);
  if (power > 0 || Number.isInteger(value)) return { time: BigInt(Math.trunc(value)) * unit, unit };
  return { time: BigInt(Math.round(value * 1e6)) * 1000n, unit: 1000n };
}
