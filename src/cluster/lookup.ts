import type { Lookup } from '../core/lookup.ts';
import { messageOf } from '../core/message-of.ts';
import type { TemplateObject } from '../core/objects.ts';
import { type Api, failureOf } from './api.ts';
import { createBatches } from './batches.ts';
import type { Collection } from './collection.ts';
import type { Resource } from './resource.ts';

export interface LookupOptions {
  readonly api: Api;
  readonly paths: { readonly namespaces: string; readonly shared: string; readonly own: (namespace: string) => string };
  readonly namespaces: Collection<Resource>;
  readonly shared: Collection<TemplateObject>;
  readonly own: Collection<TemplateObject>;
  /** Something new is known. */
  readonly changed: () => void;
}

/** Milliseconds. A caller waits for two batches at most, and the API server for five seconds. */
const timeout = 2000;
/**
 * Milliseconds between two lists of templates, which are large, and in which the same words are not looked for again.
 */
const [betweenLists, notFound] = [250, 2000];
const most = 256;

/**
 * A name that the API server gives a namespace. Any other text, in a forged review, could be the path of something
 * else.
 */
const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Asks the API server about what a watch may not have brought yet. What it answers is known from then on. */
export function createLookup({ api, paths, namespaces, shared, own, changed }: LookupOptions): Lookup {
  const readNamespace = createBatches(
    async (name) => {
      const answer = await api({ path: `${paths.namespaces}/${name}`, timeout });
      if (answer.status !== 200) throw new Error(failureOf(answer));
      if (namespaces.lookedUp(answer.body as Resource)) changed(); // the API server answers 200 with the namespace
    },
    { most, every: 0 },
  );
  /** By the namespace; empty for the templates of the cluster. */
  const listTemplates = createBatches(
    async (namespace) => {
      const answer = await api({ path: namespace === '' ? paths.shared : paths.own(namespace), timeout });
      if (answer.status === 404) return; // the API server does not know the kind
      if (answer.status !== 200) throw new Error(failureOf(answer));
      const { items } = answer.body as { readonly items: readonly TemplateObject[] }; // the list of that path
      const collection = namespace === '' ? shared : own;
      if (items.filter(collection.lookedUp).length > 0) changed();
    },
    { most, every: betweenLists },
  );
  const missing = new Map<string, number>();
  return {
    namespace(name, needed) {
      if (needed === 'known' && namespaces.has(name)) return undefined;
      if (!namespaceName.test(name))
        return Promise.resolve(`${JSON.stringify(name.slice(0, 64))} is not the name of a namespace.`);
      return readNamespace(name).then(
        nothing,
        (error) => `The namespace ${name} could not be read: ${messageOf(error)}.`,
      );
    },
    templates(namespace, words) {
      const key = `${namespace} ${words}`;
      if (Date.now() - (missing.get(key) ?? 0) < notFound) return undefined;
      return Promise.all([listTemplates(''), listTemplates(namespace)]).then(
        () => {
          if (missing.size >= most) missing.clear();
          missing.set(key, Date.now());
          return undefined;
        },
        (error) => `The templates could not be listed: ${messageOf(error)}.`,
      );
    },
  };
}

const nothing = () => undefined;
