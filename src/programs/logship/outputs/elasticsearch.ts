import { crc32 } from 'node:zlib';
import type { Entry, Labels, Output, Verdict } from '../entry.ts';
import { type Answer, type Post, verdictOf } from '../post.ts';
import { isoTime } from './record.ts';

interface Item {
  readonly status: number;
  readonly error?: { readonly type?: string; readonly reason?: string };
}

/**
 * The bulk API of Elasticsearch and OpenSearch. Each entry has an id of its own, so one that is sent again is there
 * once. `create` is what data streams ask for, and what others understand too.
 */
export function toElasticsearch(post: Post, labels: Labels): Output {
  const facts = factsOf(labels);

  async function attempt(entries: readonly Entry[]): Promise<Verdict> {
    const lines = entries.map((entry) => {
      const document = {
        '@timestamp': isoTime(entry.time),
        message: entry.text,
        log: { file: { path: entry.file } },
        ...facts,
        ...(entry.fields && { json: entry.fields }),
      };
      return `${JSON.stringify({ create: { _id: idOf(entry) } })}\n${JSON.stringify(document)}\n`;
    });
    const answer = await post(lines.join(''), 'application/x-ndjson');
    return answer.status === 200 ? verdictOfItems(entries, answer) : verdictOf(answer);
  }

  return {
    async send(entries) {
      const verdict = await attempt(entries);
      if (verdict.kind !== 'mixed') return verdict;
      const misfits = verdict.refused.filter(({ fields }) => fields);
      if (misfits.length === 0) return verdict;
      // The fields of a line may not fit those of other documents; its text does.
      const texts = misfits.map((entry) => ({ ...entry, fields: undefined }));
      const rest = verdict.refused.filter(({ fields }) => !fields);
      return together({ ...verdict, refused: rest }, await attempt(texts), texts);
    },
    close: () => post.close(),
  };
}

type Mixed = Extract<Verdict, { readonly kind: 'mixed' }>;

/** What became of a batch, and of those of its entries that were sent once more. */
function together(first: Mixed, second: Verdict, again: readonly Entry[]): Verdict {
  const { later, why, refused, refusal } = perEntry(second, again);
  return mixed([...first.later, ...later], first.why || why, [...first.refused, ...refused], refusal || first.refusal);
}

function perEntry(verdict: Verdict, entries: readonly Entry[]): Omit<Mixed, 'kind'> {
  const none = { later: [], why: '', refused: [], refusal: '' };
  if (verdict.kind === 'later') return { ...none, later: entries, why: verdict.why };
  if (verdict.kind === 'refused') return { ...none, refused: entries, refusal: verdict.why };
  return verdict.kind === 'mixed' ? verdict : none;
}

function mixed(later: readonly Entry[], why: string, refused: readonly Entry[], refusal: string): Verdict {
  return later.length + refused.length === 0 ? { kind: 'taken' } : { kind: 'mixed', later, why, refused, refusal };
}

/** With the text in it: an edition that was never noted can get the name of another one. */
const idOf = ({ id, text }: Entry) => `${id}:${crc32(text).toString(36)}`;

/** The facts of the pod by the names of the Elastic Common Schema; other labels as `labels`. */
function factsOf(labels: Labels): object {
  const { namespace, pod, node, container, app, ...rest } = Object.fromEntries(labels);
  return {
    kubernetes: {
      ...(namespace && { namespace }),
      ...(pod && { pod: { name: pod } }),
      ...(node && { node: { name: node } }),
      ...(container && { container: { name: container } }),
    },
    ...(app && { service: { name: app } }),
    ...(Object.keys(rest).length > 0 && { labels: rest }),
  };
}

/** The answer is 200 even when no entry was taken: each has a status of its own. 409: it is there already. */
function verdictOfItems(entries: readonly Entry[], { body }: Answer): Verdict {
  let answer: { readonly errors?: boolean; readonly items?: readonly { readonly create?: Item }[] };
  try {
    answer = JSON.parse(body);
  } catch {
    return { kind: 'later', why: `this is not an answer of Elasticsearch: ${body.slice(0, 100)}` };
  }
  if (answer.errors !== true) return { kind: 'taken' };
  const later: Entry[] = [];
  const refused: Entry[] = [];
  let [why, refusal] = ['', ''];
  for (const [i, entry] of entries.entries()) {
    const { status = 500, error } = answer.items?.[i]?.create ?? {};
    if (status < 300 || status === 409) continue;
    const said = `status ${status}: ${error?.type ?? ''}: ${error?.reason ?? ''}`.slice(0, 300);
    if (status === 429 || status >= 500) {
      later.push(entry);
      why = said;
    } else {
      refused.push(entry);
      refusal = said;
    }
  }
  return mixed(later, why, refused, refusal);
}
