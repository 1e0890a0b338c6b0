import type { History } from '../processes/history.ts';
import { processKey, type Snapshot } from '../processes/snapshot.ts';
import type { Meter } from './meter.ts';
import { table } from './table.ts';

/** One look at the processes, written down at most once in each form, however many clients ask for it. */
export type Frame = {
  /** The clock's milliseconds when the sample was taken. */
  at: number;
  snapshot: Snapshot;
  text(): Buffer;
  /** One line of JSON. */
  json(): Buffer;
  /** The same with the trends of the last minutes. */
  jsonWithTrends(): Buffer;
  metrics(watchers: number): string;
};

/** Wraps a snapshot; history and meter are read when asked, as long as the frame is the newest. */
export function createFrame(at: number, snapshot: Snapshot, history: History, meter: Meter): Frame {
  return {
    at,
    snapshot,
    text: once(() => table(snapshot)),
    json: once(() => `${JSON.stringify(snapshot)}\n`),
    jsonWithTrends: once(() => `${JSON.stringify(withTrends(snapshot, history))}\n`),
    metrics: (watchers) => meter.text(snapshot, watchers),
  };
}

function withTrends(snapshot: Snapshot, history: History): Snapshot {
  return {
    ...snapshot,
    times: history.times(),
    containers: snapshot.containers.map((row) => ({ ...row, trend: history.trend(row.id) })),
    processes: snapshot.processes.map((row) => ({ ...row, trend: history.trend(processKey(row)) })),
  };
}

function once(write: () => string): () => Buffer {
  let written: Buffer | undefined;
  return () => {
    written ??= Buffer.from(write());
    return written;
  };
}
