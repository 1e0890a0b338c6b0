import type { Fields } from './entry.ts';
import { timeInFields, timeInText } from './line-time.ts';
import type { Piece } from './lines.ts';

/** What a piece of a file says of itself. */
export interface Interpretation {
  /** Nanoseconds since 1970. */
  readonly time?: bigint;
  /** What the line holds, if it is a JSON object. */
  readonly fields?: Fields;
}

export interface InterpretSettings {
  /** Whether the time is that of the line, where it names one. */
  readonly isTimed: boolean;
  /** Whether JSON objects are taken apart. */
  readonly isJson: boolean;
}

/** How deep an object may be: as deep as Elasticsearch takes it. Source: its setting index.mapping.depth.limit. */
const deepest = 20;

/**
 * Milliseconds that a line may be ahead of the clock: receivers refuse what is later. Source: Loki,
 * creation_grace_period.
 */
const ahead = 5 * 60_000;

/** In nanoseconds. */
const millisecond = 1_000_000n;

/** The year 2000: clocks that were never set, and times that were left empty, are before it. */
const earliest = BigInt(Date.UTC(2000)) * millisecond;

/** Says what a piece says of itself, at this time of the clock in milliseconds. */
export function interpret({ isTimed, isJson }: InterpretSettings, { text, start }: Piece, now: number): Interpretation {
  if (!isTimed && !isJson) return {};
  const fields = fieldsIn(text);
  const found = isTimed ? (fields ? timeInFields(fields) : timeInText(text)) : undefined;
  const isUsable = found && found.time > earliest && found.time < BigInt(now + ahead) * millisecond;
  return {
    // Lines of the same time differ by their places, also when they are sent again: Loki takes a line with the same
    // time once.
    ...(isUsable ? { time: found.time + (BigInt(start) % (found.unit < millisecond ? found.unit : millisecond)) } : {}),
    ...(isJson && fields ? { fields } : {}),
  };
}

/** The JSON object that a text is; undefined for anything else, and for one that is too deep. */
function fieldsIn(text: string): Fields | undefined {
  if (!text.startsWith('{') || !text.trimEnd().endsWith('}')) return undefined;
  try {
    const fields: Fields = JSON.parse(text);
    return isWithin(fields, deepest) ? fields : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((one) => isWithin(one, depth - 1));
}
