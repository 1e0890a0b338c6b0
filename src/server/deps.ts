import type { LogLevel } from '../core/log-level.ts';
import type { State } from '../state/state.ts';

/** A certificate (chain) and its key, as PEM text. */
export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

/** What the server writes to its log: fields, then a message. A pino logger is one. */
export interface ServerLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Writes the line of a review: the level, fields that hold no others, then a message. */
export type WriteLine = (
  level: LogLevel,
  fields: Readonly<Record<string, string | number | boolean>>,
  message: string,
) => void;

/** What a review adds to the metrics. */
export interface ReviewMeasure {
  readonly outcome: string;
  readonly problems: readonly string[];
  readonly reasons: readonly string[];
  /** Names of the templates; empty for a dry run. */
  readonly sidecars: readonly string[];
  readonly seconds: number;
}

export interface ServerMetrics {
  review(measure: ReviewMeasure): void;
  httpError(status: number): void;
  handshakeError(): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** All that the server needs from outside. */
export interface ServerDeps {
  /** The state of this moment; a request takes it once. */
  readonly state: () => State;
  readonly log: ServerLog;
  readonly line: WriteLine;
  readonly metrics: ServerMetrics;
  readonly tls: TlsPair;
  /** Why the server is not ready to answer reviews; `undefined` when it is. */
  readonly ready: () => string | undefined;
  /** Milliseconds from any fixed point, never going back. */
  readonly clock: () => number;
}
