// The injector as users install it: by the chart, as a Deployment behind a Service.
import type { Target } from '../target.ts';
import { outsideNamespaces } from './outside-webhook.ts';
import { createNamespace } from './place.ts';
import type { Pod } from './shapes.ts';
import { until } from './until.ts';
import { untilAsked } from './until-asked.ts';
import { widgetSettings } from './widget.ts';

/** Of the Helm release, and of the namespace that it is installed in. */
export const release = 'sidecar-injector-e2e';

/** Installs the chart, or changes its settings, and returns when the API server asks the injector. */
export async function installChart(target: Target, ...settings: readonly string[]): Promise<void> {
  await createNamespace(target, release);
  const [, repository, tag] = /^(.*):([^:]*)$/.exec(target.image) ?? [];
  const excluded = ['kube-system', 'kube-node-lease', ...outsideNamespaces];
  const values = [
    `image.repository=${repository}`,
    `image.tag=${tag}`,
    `webhook.excludedNamespaces={${excluded.join(',')}}`,
    // Beside a dozen tests on two cores an injector may wait long for its turn.
    'webhook.timeoutSeconds=30',
    'resources.requests.cpu=200m',
    ...widgetSettings,
    ...settings,
  ].flatMap((setting) => ['--set', setting]);
  const wait = ['--wait', '--timeout', '600s'];
  await target.helm('upgrade', '--install', release, 'charts/sidecar-injector', '-n', release, ...wait, ...values);
  await untilAlone(target);
  await untilAsked(target, 'default');
}

/** Injectors that are replaced go on answering for a while, with the settings of before. */
async function untilAlone(target: Target): Promise<void> {
  const look = async () => {
    const { items } = await target.get<{ items: Pod[] }>(
      ...['pods', '-n', release, '-l', 'app.kubernetes.io/name=sidecar-injector'],
    );
    return items.every(({ metadata }) => metadata.deletionTimestamp === undefined) || undefined;
  };
  await until('the injectors of before are gone', look, { seconds: 180 });
}
