import type { OwnObject, RefusedObject } from './own-object.ts';

/** Entries of one webhook configuration that the API server does not take. */
export interface RefusedEntries {
  /** The configuration without them. An entry counts again when it has other selectors. */
  readonly without: (configuration: OwnObject) => OwnObject;
  /** The API server does not take the configuration. Whether entries are left out because of that. */
  readonly refused: (refusal: RefusedObject) => boolean;
  /** What the API server says of each, by its name. */
  readonly messages: () => ReadonlyMap<string, string>;
}

export interface Entry {
  readonly name: string;
  readonly namespaceSelector?: object;
  readonly objectSelector?: object;
}

/** Leaves entries out that the API server does not take, so that it takes the others. */
export function createRefusedEntries(
  canBeLeftOut: (name: string) => boolean,
  leftOut: (name: string, message: string) => void,
): RefusedEntries {
  const known = new Map<string, { readonly selectors: string; readonly message: string }>();
  return {
    without(configuration) {
      const entries = entriesOf(configuration);
      const isRefused = (entry: Entry) => known.get(entry.name)?.selectors === selectorsOf(entry);
      const names = new Set(entries.filter(isRefused).map(({ name }) => name));
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
      const webhooks = entries.filter(({ name }) => !names.has(name));
      return names.size === 0 ? configuration : Object.assign({}, configuration, { webhooks });
    },
    refused({ object, causes }) {
      const entries = entriesOf(object);
      let isNew = false;
      for (const { field = '', message = '' } of causes) {
        const entry = entries[Number(/^webhooks\[(\d+)\]/.exec(field)?.[1])];
        if (!entry || !canBeLeftOut(entry.name) || known.has(entry.name)) continue;
        known.set(entry.name, { selectors: selectorsOf(entry), message: `${field}: ${message}` });
        leftOut(entry.name, `${field}: ${message}`);
        isNew = true;
      }
      return isNew;
    },
    messages: () => new Map([...known].map(([name, { message }]) => [name, message])),
  };
}

/** The entries of a webhook configuration. */
export function entriesOf(configuration: object | undefined): readonly Entry[] {
  const { webhooks = [] } = (configuration ?? {}) as { readonly webhooks?: readonly Entry[] }; // as it is written
  return webhooks;
}

function selectorsOf({ namespaceSelector, objectSelector }: Entry): string {
  return JSON.stringify([namespaceSelector, objectSelector]);
}
