import type { EventNote } from '../core/event.ts';
import type { Log } from '../core/log.ts';
import type { Lookup } from '../core/lookup.ts';
import type { ReviewMeasure } from '../core/outcome.ts';
import type { FindTemplateUsers } from '../core/template-users.ts';
import type { State } from '../state/state.ts';

/** A certificate (chain) and its key, as PEM text. */
export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

export interface ServerMetrics {
  review(measure: ReviewMeasure): void;
  templateReview(operation: string, outcome: string): void;
  objectReview(outcome: string): void;
  httpError(status: number): void;
  handshakeError(): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Everything that the server needs from outside. */
export interface ServerDeps {
  /** The current state; a request takes it once. */
  readonly state: () => State;
  readonly log: Log;
  readonly metrics: ServerMetrics;
  readonly tls: TlsPair;
  /**
   * The CA of the API server's client certificate, as PEM text. Without it, every client gets answers to its reviews.
   */
  readonly clientCa?: string | undefined;
  /** Why the state is not known yet; `undefined` when it is. Reviews fail until then. */
  readonly known: () => string | undefined;
  /** Why no client is to come; `undefined` when clients may. Those that come all the same get answers. */
  readonly ready: () => string | undefined;
  /** Absent without a cluster. */
  readonly lookUp?: Lookup | undefined;
  /** Takes what the users of a cluster should read about their pods. Absent without a cluster. */
  readonly events?: ((note: EventNote) => void) | undefined;
  /** Absent without a cluster. */
  readonly templateUsers?: FindTemplateUsers | undefined;
  /** What `/debug/state` shows; absent where it is not served. */
  readonly debug?: (() => object) | undefined;
  /** Milliseconds from any fixed point, never decreasing. */
  readonly clock: () => number;
}
