import { isDeepStrictEqual } from 'node:util';
import type { KubeConfig } from '@kubernetes/client-node';
import { bundleOf, certificatesIn } from '../certificates/bundle.ts';
import type { Api } from './api.ts';
import { type Kept, keep } from './keep.ts';
import { type OwnObject, readObject, type StoredObject } from './own-object.ts';
import { findOwner } from './owner.ts';
import { createRefusedEntries, entriesOf, type RefusedEntries } from './refused-entries.ts';

export interface RegistrationOptions {
  readonly api: Api;
  readonly kubeConfig: KubeConfig;
  /** Of both configurations. */
  readonly name: string;
  /** The configurations as they must be; undefined as long as that is not known. */
  readonly wanted: () => readonly OwnObject[] | undefined;
  /** The ClusterRole that owns them, and the namespace of the injector; undefined where nobody does. */
  readonly owner: { readonly clusterRole: string; readonly namespace: string } | undefined;
  readonly isWriter: () => boolean;
  /** The CAs that all entries of both configurations trust, as PEM text, after each look. */
  readonly trusted: (bundle: string) => void;
  readonly wrote: (path: string, reason: string) => void;
  /** Whether an entry is left out when the API server does not take it. */
  readonly canBeLeftOut: (entry: string) => boolean;
  readonly leftOut: (entry: string, message: string) => void;
  /** The API server has other entries now, or does not take one. */
  readonly changed: () => void;
  readonly failed: (message: string) => void;
}

export interface KeptRegistration extends Kept {
  /** Whether the API server has had both configurations. */
  readonly registered: () => boolean;
  /** The names of the entries that the API server has. */
  readonly entries: () => readonly string[];
  /** Whether it is known what the API server has. */
  readonly hasLooked: () => boolean;
  /** Whether the API server has the entry, or none by that name is wanted. */
  readonly isInPlace: (entry: string) => boolean;
  /** What the API server says of the entries that it does not take, by their names. */
  readonly refused: () => ReadonlyMap<string, string>;
}

const kinds = {
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
};

/** Keeps both webhook configurations of the injector as they must be, until `stop`. */
export function keepRegistered(options: RegistrationOptions): KeptRegistration {
  const { api, owner, wanted, trusted, wrote, canBeLeftOut, leftOut, changed } = options;
  const stored = new Map<string, StoredObject | undefined>();
  const had = new Set<string>();
  const refusedEntries: RefusedEntries[] = [];
  const kept = Object.entries(kinds).map(([kind, plural]) => {
    const entries = createRefusedEntries(canBeLeftOut, leftOut);
    refusedEntries.push(entries);
    return keep({
      ...options,
      kindPath: kindPath(plural),
      wanted() {
        const configuration = wanted()?.find((object) => object.kind === kind);
        return configuration && entries.without(configuration);
      },
      refused(refusal) {
        const isNew = entries.refused(refusal);
        if (isNew) changed();
        return isNew;
      },
      urgent: podsOnly,
      owner: async () => owner && findOwner({ api, ...owner }),
      wrote: (reason) => wrote(`${kindPath(plural)}/${options.name}`, reason),
      seen(object) {
        const before = stored.get(kind);
        stored.set(kind, object);
        if (!isDeepStrictEqual(entriesOf(before), entriesOf(object))) changed();
        if (object) had.add(kind);
        if (stored.size === Object.keys(kinds).length) trusted(commonBundle([...stored.values()]));
      },
    });
  });
  return {
    registered: () => had.size === kept.length,
    entries: () => [...stored.values()].flatMap((object) => webhooksOf(object).map(({ name }) => name)),
    hasLooked: () => stored.size === kept.length,
    isInPlace(name) {
      const has = (object: object | undefined) => entriesOf(object).some((entry) => entry.name === name);
      return [...stored.values()].some(has) || wanted()?.some(has) === false;
    },
    refused: () => new Map(refusedEntries.flatMap((entries) => [...entries.messages()])),
    look() {
      for (const { look } of kept) look();
    },
    stop() {
      for (const { stop } of kept) stop();
    },
  };
}

/** The CAs that all entries of both configurations trust at present, as PEM text. Rejects when they cannot be read. */
export async function readTrusted(api: Api, name: string): Promise<string> {
  return commonBundle(
    await Promise.all(Object.values(kinds).map((plural) => readObject(api, `${kindPath(plural)}/${name}`))),
  );
}

/**
 * The entries for pods. The API server compiles all conditions of a new configuration before it stores that, which
 * takes a second with those for workloads.
 */
function podsOnly(object: OwnObject): OwnObject {
  const webhooks = 'webhooks' in object && Array.isArray(object.webhooks) ? object.webhooks : [];
  const isForPods = ({ rules }: { rules: readonly { resources: readonly string[] }[] }) =>
    rules.some(({ resources }) => resources.includes('pods'));
  const part = { ...object, webhooks: webhooks.filter(isForPods) };
  return part.webhooks.length > 0 ? part : object;
}

const kindPath = (plural: string) => `/apis/admissionregistration.k8s.io/v1/${plural}`;

/** The certificates that every entry trusts, in the order of the first; the empty text where there is no entry. */
function commonBundle(configurations: readonly (StoredObject | undefined)[]): string {
  const bundles = configurations.flatMap((configuration) => {
    const webhooks = webhooksOf(configuration);
    return configuration ? webhooks.map(({ clientConfig }) => trustedIn(clientConfig?.caBundle)) : [[]];
  });
  const [first = [], ...others] = bundles;
  return bundleOf(first.filter((certificate) => others.every((other) => other.includes(certificate))));
}

interface Webhook {
  readonly name: string;
  readonly clientConfig?: { readonly caBundle?: string };
}

function webhooksOf(configuration: StoredObject | undefined): readonly Webhook[] {
  return (configuration?.webhooks ?? []) as readonly Webhook[]; // as the API server has them
}

function trustedIn(caBundle = ''): readonly string[] {
  return certificatesIn(Buffer.from(caBundle, 'base64').toString());
}
