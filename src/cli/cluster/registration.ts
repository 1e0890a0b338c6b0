import { X509Certificate } from 'node:crypto';
import { certificatesIn } from '../../certificates/bundle.ts';
import { objectAt } from '../../core/fields.ts';
import { isObject, type Json, type JsonObject, objectsOf } from '../../core/json.ts';
import type { EntryFacts, RegistrationFacts } from '../../engine/explain/facts.ts';
import { type LabelSelector, type Selector, selectorOf } from '../../policy/selector.ts';
import { metadataText } from './paths.ts';

/** All mutating webhooks of a cluster. */
export const webhooksPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

/**
 * The registration of the injector among all mutating webhooks; undefined where there is none. `now`: milliseconds
 * since 1970.
 */
export function registrationIn(configurations: readonly JsonObject[], now: number): RegistrationFacts | undefined {
  for (const configuration of configurations) {
    const webhooks = objectsOf(configuration.webhooks).filter(isOfInjector);
    const [first] = webhooks;
    if (!first) continue;
    const { caBundle, service } = objectAt(first, 'clientConfig');
    return {
      name: metadataText(configuration, 'name'),
      created: metadataText(configuration, 'creationTimestamp'),
      entries: webhooks.filter(isForPods).map(entryOf),
      service: isObject(service) ? `${String(service.namespace)}/${String(service.name)}` : undefined,
      hasExpired: hasExpired(typeof caBundle === 'string' ? caBundle : '', now),
    };
  }
  return undefined;
}

function isOfInjector({ name }: JsonObject): boolean {
  return typeof name === 'string' && name.endsWith('.sidecar.io');
}

/** Whether an entry of a webhook configuration is for pods. */
export function isForPods({ rules }: JsonObject): boolean {
  return objectsOf(rules).some(({ resources }) => Array.isArray(resources) && resources.includes('pods'));
}

function entryOf({ name, failurePolicy, namespaceSelector, objectSelector, matchConditions }: JsonObject): EntryFacts {
  return {
    name: String(name),
    failurePolicy: String(failurePolicy),
    namespaces: readSelector(namespaceSelector),
    pods: readSelector(objectSelector),
    conditions: objectsOf(matchConditions).map(({ expression }) => String(expression)),
  };
}

/** The API server has checked its form. */
function readSelector(selector: Json | undefined): Selector {
  return selectorOf((isObject(selector) ? selector : {}) as LabelSelector);
}

/** Whether the certificates of a bundle have ended, all that can be read. */
function hasExpired(caBundle: string, now: number): boolean {
  const text = Buffer.from(caBundle, 'base64').toString();
  const ends = certificatesIn(text).map((certificate) => Date.parse(new X509Certificate(certificate).validTo));
  return ends.length > 0 && ends.every((end) => end < now);
}
