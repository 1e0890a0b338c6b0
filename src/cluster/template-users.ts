import { statusKey } from '../core/annotations.ts';
import type { ObjectReference } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import { controllerOf } from '../core/owner.ts';
import type { FindTemplateUsers } from '../core/template-users.ts';
import { type Api, failureOf } from './api.ts';
import { createRecent } from './recent.ts';

/** The pods of one owner that have a sidecar. */
interface Use {
  readonly namespace: string;
  readonly owner: ObjectReference;
  pods: number;
}

interface Listing {
  /** By the template, and by the owner. */
  readonly uses: ReadonlyMap<string, ReadonlyMap<string, Use>>;
  readonly complete: boolean;
}

interface PodList {
  readonly metadata?: { readonly continue?: string };
  readonly items: readonly {
    readonly metadata: {
      readonly name: string;
      readonly namespace: string;
      readonly annotations?: { readonly [key: string]: string };
    };
  }[];
}

/** Without the spec: no variable of a container comes here. */
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const [pageSize, maxPages, maxNamed] = [500, 10, 5];
/**
 * Milliseconds for all pages, and for which a listing is used again: the templates of a namespace are deleted together.
 */
const [enough, fresh] = [1500, 2000];

/** Looks at 5,000 pods at most, for 1.5 s: whoever deletes a template waits. */
export function createTemplateUsers(
  api: Api,
  rootOf: (namespace: string, owner: ObjectReference) => Promise<ObjectReference>,
): FindTemplateUsers {
  const listings = createRecent<{ readonly at: number; readonly listing: Promise<Listing> }>(64);
  function listingOf(namespace: string): Promise<Listing> {
    const known = listings.get(namespace);
    if (known && Date.now() - known.at < fresh) return known.listing;
    const listing = list(api, namespace);
    listings.set(namespace, { at: Date.now(), listing });
    return listing;
  }
  return async (template, namespace) => {
    const { uses, complete } = await listingOf(namespace);
    const all = [...(uses.get(template)?.values() ?? [])].sort((a, b) => b.pods - a.pods);
    const owners = all.slice(0, maxNamed).map(async ({ namespace, owner }) => {
      const { kind, name } = await rootOf(namespace, owner);
      return `${kind} ${namespace}/${name}`;
    });
    return {
      pods: all.reduce((sum, { pods }) => sum + pods, 0),
      complete,
      owners: [...new Set(await Promise.all(owners))],
      others: Math.max(0, all.length - maxNamed),
    };
  };
}

async function list(api: Api, namespace: string): Promise<Listing> {
  const uses = new Map<string, Map<string, Use>>();
  const path = namespace === '' ? '/api/v1/pods' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const deadline = Date.now() + enough;
  let next: string | undefined = '';
  for (let page = 0; page < maxPages && next !== undefined && Date.now() < deadline; page++) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next === '' ? {} : { continue: next }) });
    const answer = await api({ path: `${path}?${query}`, accept: metadataOnly, timeout: enough });
    if (answer.status !== 200) throw new Error(failureOf(answer));
    const { metadata, items } = answer.body as PodList; // the list of that path
    for (const pod of items) addTo(uses, pod);
    next = metadata?.continue || undefined;
  }
  return { uses, complete: next === undefined };
}

function addTo(uses: Map<string, Map<string, Use>>, pod: PodList['items'][number]): void {
  const { name, namespace, annotations } = pod.metadata;
  const owner = controllerOf(pod as unknown as Json) ?? { apiVersion: 'v1', kind: 'Pod', name, uid: '' }; // from JSON
  // The status as the injector writes it. A forged one counts too: this is only advice.
  const templates = new Set(annotations?.[statusKey]?.match(/(?<="template":")[a-z0-9-]+(?=")/g) ?? []);
  for (const template of templates) {
    const ofTemplate = uses.get(template) ?? new Map<string, Use>();
    uses.set(template, ofTemplate);
    const key = `${namespace} ${owner.kind} ${owner.name}`;
    const use = ofTemplate.get(key) ?? { namespace, owner, pods: 0 };
    use.pods += 1;
    ofTemplate.set(key, use);
  }
}
