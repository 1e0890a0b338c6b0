import type { TemplateObject, Verdict } from '../core/objects.ts';

export interface StatusQueueOptions {
  /** Writes a status. Resolves to false when the object is gone or has changed since, so that nothing was written. */
  readonly write: (object: TemplateObject, verdict: Verdict) => Promise<boolean>;
  /** A write failed; the queue tries again. */
  readonly failed: (object: TemplateObject, error: unknown) => void;
}

export interface StatusQueue {
  /**
   * All templates as they are now, with the verdict on each. Replaces the last offer: a template that is gone drops
   * out.
   */
  readonly offer: (verdicts: ReadonlyMap<TemplateObject, Verdict>) => void;
  /** How many objects do not have their verdict in their status yet. */
  readonly size: () => number;
  readonly stop: () => void;
}

interface Entry {
  object: TemplateObject;
  verdict: Verdict;
  /** What was written last, and when. */
  wrote?: { readonly text: string; readonly at: number };
  failures: number;
  writing: boolean;
  /** When the entry joins the queue. */
  timer?: { readonly at: number; readonly handle: NodeJS.Timeout };
}

const maxWrites = 4;
/**
 * Milliseconds. A change waits for `pause`, so that changes that follow each other are written once. The same text for
 * the same object is written again only after `rest`: somebody else who writes another one starts no fight.
 */
const [pause, rest, firstRetry, lastRetry] = [500, 60_000, 1000, 60_000];

/**
 * Writes verdicts into the status of templates: the newest verdict on each object only, a few at a time, and nothing
 * that the status says already. Its size is that of the last offer.
 */
export function createStatusQueue({ write, failed }: StatusQueueOptions): StatusQueue {
  const entries = new Map<string, Entry>();
  const queue = new Set<Entry>();
  let writes = 0;

  function leave(entry: Entry): void {
    clearTimeout(entry.timer?.handle);
    delete entry.timer;
    queue.delete(entry);
  }

  function plan(entry: Entry): void {
    if (isWritten(entry)) {
      leave(entry);
      entry.failures = 0;
    } else if (!entry.writing && !queue.has(entry)) {
      const at = earliest(entry);
      if (entry.timer && entry.timer.at <= at) return;
      clearTimeout(entry.timer?.handle);
      const handle = setTimeout(() => {
        delete entry.timer;
        queue.add(entry);
        next();
      }, at - Date.now());
      entry.timer = { at, handle: handle.unref() };
    }
  }

  function next(): void {
    for (const entry of queue) {
      if (writes >= maxWrites) return;
      queue.delete(entry);
      void writeOne(entry);
    }
  }

  async function writeOne(entry: Entry): Promise<void> {
    const { object, verdict } = entry;
    const text = textOf(entry);
    entry.writing = true;
    writes += 1;
    const written = await write(object, verdict).catch((error) => {
      failed(object, error);
      return false;
    });
    writes -= 1;
    entry.writing = false;
    entry.failures = written ? 0 : entry.failures + 1;
    entry.wrote = { text: written ? text : '', at: Date.now() };
    if (entries.get(uidOf(object)) === entry) plan(entry);
    next();
  }

  return {
    offer(verdicts) {
      const present = new Set<string>();
      for (const [object, verdict] of verdicts) {
        const uid = uidOf(object);
        present.add(uid);
        const entry: Entry = entries.get(uid) ?? { object, verdict, failures: 0, writing: false };
        entries.set(uid, Object.assign(entry, { object, verdict }));
        plan(entry);
      }
      for (const [uid, entry] of entries) {
        if (present.has(uid)) continue;
        entries.delete(uid);
        leave(entry);
      }
    },
    size: () => [...entries.values()].filter((entry) => !isWritten(entry)).length,
    stop() {
      for (const entry of entries.values()) leave(entry);
      entries.clear();
    },
  };
}

/** When the entry may be written, in milliseconds since 1970. */
function earliest(entry: Entry): number {
  const { wrote, failures } = entry;
  if (wrote && failures > 0) return wrote.at + Math.min(firstRetry * 2 ** (failures - 1), lastRetry);
  if (wrote?.text === textOf(entry)) return wrote.at + rest;
  return Date.now() + pause;
}

/** True when the status says it already. Times do not count. */
function isWritten({ object, verdict: { ready, message, form, formReason } }: Entry): boolean {
  const present = object.status?.conditions?.find(({ type }) => type === 'Ready');
  const { generation } = object.metadata;
  return (
    present?.status === (ready ? 'True' : 'False') &&
    present.message === message &&
    present.observedGeneration === generation &&
    object.status?.form === form &&
    object.status?.formReason === formReason
  );
}

function textOf({ object, verdict }: Entry): string {
  const { ready, message, form, formReason } = verdict;
  return [object.metadata.generation, ready, form, formReason, message].join(' ');
}

function uidOf({ metadata: { uid, namespace = '', name } }: TemplateObject): string {
  return uid ?? `${namespace}/${name}`;
}
