import { isExcluded } from '../entries.ts';
import type { Evidence } from '../evidence.ts';
import { recreation } from '../recreate.ts';
import type { Words } from '../words.ts';

/** The API server does not ask the injector about such a pod. */
export interface CalledCause extends Words {
  readonly family: 'called';
  readonly kind: 'not-registered' | 'namespace-excluded' | 'namespace-not-labelled' | 'not-selected';
}

const inject = 'sidecar.io/inject';

export function calledCause({ live, entries, wanted, missing, request }: Evidence): CalledCause | undefined {
  if (!live || wanted.length === 0 || (live.stored && missing.length === 0)) return undefined;
  const { namespace } = request;
  const again = live.stored ? ` ${recreation(request)}` : '';
  const said = (kind: CalledCause['kind'], cause: string, fix: string): CalledCause => ({
    family: 'called',
    ...{ kind, cause, fix: `${fix}${again}` },
  });
  if (live.registration === 'none') {
    const cause = 'The injector is not registered: the cluster has no MutatingWebhookConfiguration for it.';
    return said('not-registered', cause, 'Install the chart, and look at the log of the injector if it is installed.');
  }
  if (!entries || entries.some(({ skipped }) => skipped === undefined)) return undefined;
  if (isExcluded(entries, namespace)) {
    const cause = `The namespace ${namespace} is excluded: the API server never asks the injector about its pods.`;
    const fix = 'Use another namespace, or change webhook.excludedNamespaces of the chart.';
    return said('namespace-excluded', cause, fix);
  }
  const fromNamespace = wanted.every(({ source }) => source.startsWith('namespace.'));
  if (fromNamespace) {
    const cause = `The annotations of the namespace ${namespace} do not count: it lacks the label ${inject}: enabled.`;
    return said('namespace-not-labelled', cause, `Run kubectl label namespace ${namespace} ${inject}=enabled.`);
  }
  const [name] = entries.map(({ entry }) => entry.name);
  const cause = `No webhook of the injector matches this pod: ${name === undefined ? 'the configuration has none' : `the selectors or match conditions of ${name} exclude it`}.`;
  return said(
    'not-selected',
    cause,
    'Look at the log of the injector: it repairs a configuration that somebody changed.',
  );
}
