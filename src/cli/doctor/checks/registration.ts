import { type JsonObject, objectsOf } from '../../../core/json.ts';
import { selects } from '../../../policy/selector.ts';
import { metadataText, textsOf } from '../../cluster/paths.ts';
import { isForPods } from '../../cluster/registration.ts';
import { type Check, failed, ok, unknown, warning } from '../check.ts';

const unread = 'There is no registration to look at.';
const repair = 'The injector repairs its registration within 10 s: look at its log if this stays.';

export const selection: Check = {
  name: 'selectors',
  look({ registration, namespaces }) {
    if (typeof registration === 'string') return unknown(unread);
    if (!namespaces) return unknown('You may not list namespaces.');
    const selected = namespaces.filter((namespace) =>
      registration.entries.some(({ namespaces: selector }) => selects(selector, labelsOf(namespace))),
    );
    return selected.length > 0
      ? ok(`The registration is for the pods of ${selected.length} of ${namespaces.length} namespaces.`)
      : failed('The selectors of the registration leave out every namespace.', repair);
  },
};

export const failurePolicies: Check = {
  name: 'failure-policy',
  look({ registration }) {
    if (typeof registration === 'string') return unknown(unread);
    const strict = registration.entries.filter(({ failurePolicy }) => failurePolicy === 'Fail');
    if (strict.length === 0)
      return failed(
        'No entry of the registration has the failurePolicy Fail: pods start without required sidecars.',
        repair,
      );
    const labeled = strict.some(({ name }) => name === 'namespace.sidecar.io')
      ? ', and so are all pods of namespaces with the label sidecar.io/inject=enabled'
      : '';
    return ok(`Pods that ask for a sidecar with failurePolicy Fail are refused while no injector answers${labeled}.`);
  },
};

export const order: Check = {
  name: 'other-webhooks',
  look({ registration, webhooks }) {
    if (typeof registration === 'string' || !webhooks) return unknown(unread);
    const later = webhooks.filter(
      (each) => metadataText(each, 'name') > registration.name && objectsOf(each.webhooks).some(isForPods),
    );
    const own = webhooks.find((each) => metadataText(each, 'name') === registration.name);
    const isAskedAgain = objectsOf(own?.webhooks)
      .filter(isForPods)
      .every(({ reinvocationPolicy }) => reinvocationPolicy === 'IfNeeded');
    if (later.length === 0) return ok('No other webhook is called for pods after the injector.');
    const names = later.map((each) => metadataText(each, 'name')).join(', ');
    return isAskedAgain
      ? ok(`After the injector, ${names} may change pods; the injector is then asked again.`)
      : warning(
          `After the injector, ${names} may change pods, and the injector is not asked again: its reinvocationPolicy is not IfNeeded.`,
          repair,
        );
  },
};

function labelsOf(namespace: JsonObject) {
  return { ...textsOf(namespace, 'labels'), 'kubernetes.io/metadata.name': metadataText(namespace, 'name') };
}
