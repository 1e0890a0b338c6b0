import { textAt } from '../../core/fields.ts';
import { type JsonObject, objectsOf } from '../../core/json.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { listItems } from './list-items.ts';
import { objectIn } from './object-in.ts';
import { metadataText } from './paths.ts';

/** The cluster as whoever asks may see it. */
export interface Cluster {
  /** What the API server has at a path, or why it cannot be read. */
  readonly read: (path: string) => { readonly object: JsonObject } | Message;
  /** What the API server has at a path; undefined where there is nothing, or where it may not be read. */
  readonly at: (path: string) => JsonObject | undefined;
  /** The items of a list; undefined like that. */
  readonly list: (path: string) => readonly JsonObject[] | undefined;
  /**
   * The items of a list, which is read in pages and is never in memory as a whole. Throws `Unreadable` where it may not
   * be read.
   */
  readonly items: (path: string) => Generator<JsonObject>;
  /** What `pick` makes of these items, one after the other; undefined where the list may not be read. */
  readonly picked: <Picked>(path: string, pick: (item: JsonObject) => Picked | undefined) => Picked[] | undefined;
  /** An object by its type and name, as kubectl takes them. */
  readonly named: (name: string, namespace: string | undefined) => { readonly object: JsonObject } | Message;
  /** What the API server would do with an object; nothing is stored. */
  readonly tried: (object: JsonObject, namespace: string) => 'created' | Message;
  /** The namespace of the context. */
  readonly namespace: () => string;
  /** What the API server answers to a POST; nothing is stored where the path ends in `dryRun=All`. */
  readonly posted: (path: string, object: JsonObject) => { readonly object: JsonObject } | Message;
  /** As `at`, where it counts whether something is missing or may not be read. */
  readonly found: (path: string) => JsonObject | 'missing' | 'unreadable';
  /** The text at a path that has no object; undefined where it may not be read. */
  readonly text: (path: string) => string | undefined;
  /** Why something could not be read. */
  readonly notes: readonly string[];
}

interface Message {
  readonly message: string;
}

/** The API server did not give a list. */
export class Unreadable extends Error {
  /** What kubectl says. */
  readonly reason: string;
  constructor(path: string, reason: string) {
    super(`${path.replace(/\?.*/, '')}: ${reason}`);
    this.reason = reason;
  }
}

/** The flags of kubectl that say which cluster is asked, and as whom. */
export interface Connection {
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly as: string | undefined;
  /** After which a request is given up, such as `3s`. */
  readonly timeout?: string;
  /** Milliseconds after which kubectl is: it may wait for a program that gives credentials. */
  readonly limit?: number;
}

/** Objects in a page of a list, as kubectl reads them. */
const pageSize = 500;

/** Asks the cluster of kubectl, one answer after the other. */
export function openCluster(kubectl: InjectDependencies['kubectl'], connection: Connection): Cluster {
  const notes: string[] = [];
  const flags = connectionArgs(connection);
  const ran = (args: readonly string[], input?: string) => kubectl([...args, ...flags], input, connection.limit);
  const asked = (args: readonly string[], input?: string): { readonly object: JsonObject } | Message => {
    const answer = ran(args, input);
    if ('message' in answer) return answer;
    const object = objectIn(answer.bytes);
    return object ? { object } : { message: 'kubectl printed no object' };
  };
  const note = (path: string, message: string) => {
    const text = `${path.replace(/\?.*/, '')}: ${message.split('\n').at(-1)}`;
    if (!/NotFound/.test(message) && !notes.includes(text)) notes.push(text);
  };
  const read: Cluster['read'] = (path) => asked(['get', '--raw', path]);
  const at: Cluster['at'] = (path) => {
    const answer = read(path);
    if ('object' in answer) return answer.object;
    note(path, answer.message);
    return undefined;
  };
  function* items(path: string): Generator<JsonObject> {
    const query = `${path}${path.includes('?') ? '&' : '?'}limit=${pageSize}`;
    for (let next = '', isFirst = true; isFirst || next !== ''; isFirst = false) {
      const answer = ran(['get', '--raw', next === '' ? query : `${query}&continue=${next}`]);
      if ('message' in answer) throw new Unreadable(path, answer.message);
      const list = yield* listItems(answer.bytes);
      release(answer.bytes);
      if (!list) throw new Unreadable(path, 'kubectl printed no list');
      next = encodeURIComponent(metadataText(list, 'continue'));
    }
  }
  return {
    read,
    at,
    list(path) {
      const answer = at(path);
      return answer && objectsOf(answer.items);
    },
    items,
    picked(path, pick) {
      const all = [];
      try {
        for (const item of items(path)) {
          const made = pick(item);
          if (made !== undefined) all.push(made);
        }
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        note(path, error.reason);
        return undefined;
      }
      return all;
    },
    named: (name, namespace) =>
      asked([
        'get',
        name,
        '-o',
        'json',
        '--show-managed-fields',
        ...(namespace === undefined ? [] : ['-n', namespace]),
      ]),
    tried(object, namespace) {
      const args = ['create', '--dry-run=server', '-o', 'json', '-f', '-', '-n', namespace];
      const answer = asked(args, JSON.stringify(object));
      return 'object' in answer ? 'created' : answer;
    },
    namespace() {
      const answer = asked('config view --minify -o json'.split(' '));
      const [context] = 'object' in answer ? objectsOf(answer.object.contexts) : [];
      return textAt(context, 'context.namespace') || 'default';
    },
    posted: (path, object) => asked(['create', '--raw', path, '-f', '-'], JSON.stringify(object)),
    found(path) {
      const answer = read(path);
      return 'object' in answer ? answer.object : /NotFound/.test(answer.message) ? 'missing' : 'unreadable';
    },
    text(path) {
      const answer = ran(['get', '--raw', path]);
      return 'bytes' in answer ? new TextDecoder().decode(answer.bytes) : undefined;
    },
    notes,
  };
}

/**
 * Gives back the memory of a page, which a busy collector would keep for many pages more. Node 20 has no `transfer`.
 */
function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer?.(0);
}

/** These flags as kubectl takes them. */
export function connectionArgs({ context, kubeconfig, as, timeout }: Connection): string[] {
  return Object.entries({ context, kubeconfig, as, 'request-timeout': timeout }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${value}`],
  );
}
