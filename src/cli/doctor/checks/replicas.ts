import { fieldAt, objectAt } from '../../../core/fields.ts';
import { isObject, type JsonObject, objectsOf } from '../../../core/json.ts';
import { type LabelSelector, selectorOf, selects } from '../../../policy/selector.ts';
import { textsOf } from '../../cluster/paths.ts';
import { type Check, failed, ok, unknown, unread, warning } from '../check.ts';
import type { Installation } from '../health.ts';
import { skewOf } from './timing.ts';

export const replicas: Check = {
  name: 'replicas',
  look({ installation }) {
    if (!installation) return unknown(unread);
    const { namespace, name } = installation;
    const { wanted, ready } = countsOf(installation);
    const fix = `Run kubectl get pods -n ${namespace}, and kubectl logs -n ${namespace} deploy/${name}.`;
    if (ready === 0) return failed(`None of ${wanted} replicas is ready.`, fix);
    if (ready < wanted) return warning(`${ready} of ${wanted} replicas are ready.`, fix);
    if (wanted === 1)
      return warning(
        'There is one replica: if it is evicted or its node fails, pods that ask for a required sidecar are refused until it runs again, and others start without theirs.',
        'Set the value replicas of the chart to 2.',
      );
    return ok(`All ${wanted} replicas are ready.`);
  },
};

export const images: Check = {
  name: 'replica-versions',
  look({ installation }) {
    if (!installation?.pods) return unknown(installation ? 'You may not list the pods of the injector.' : unread);
    const images = [...new Set(installation.pods.map(imageOf))].sort();
    if (images.length === 0) return unknown('The injector has no pods.');
    if (images.length === 1) return ok(`All replicas run ${images[0]}.`);
    return warning(
      `Replicas run different images: ${images.join(', ')}.`,
      `Run kubectl rollout status -n ${installation.namespace} deploy/${installation.name}.`,
    );
  },
};

export const budget: Check = {
  name: 'disruption-budget',
  look({ installation }) {
    if (!installation?.budgets) return unknown(installation ? 'You may not list PodDisruptionBudgets.' : unread);
    if (countsOf(installation).wanted < 2) return ok('One replica needs no PodDisruptionBudget.');
    const labels = textsOf(objectAt(installation.deployment, 'spec.template'), 'labels');
    const own = installation.budgets.filter(
      ({ spec }) => isObject(spec) && isObject(spec.selector) && selects(readSelector(spec.selector), labels),
    );
    return own.length > 0
      ? ok('A PodDisruptionBudget keeps drains from stopping all replicas.')
      : warning(
          'No PodDisruptionBudget is for the injector: a drain of nodes can stop all replicas at once.',
          'Set podDisruptionBudget.enabled in the values of the chart.',
        );
  },
};

export const version: Check = {
  name: 'version',
  look({ installation, client }) {
    const installed = textsOf(installation?.deployment, 'labels')['app.kubernetes.io/version'];
    if (installed === undefined) return unknown(unread);
    return installed === client
      ? ok(`The injector and this command line are both ${client}.`)
      : warning(
          `The injector is ${installed}, and this command line is ${client}: what it says of pods may differ.`,
          `Install the command line ${installed}, or upgrade the chart.`,
        );
  },
};

/** Seconds, by the clock of the API server. It is renewed every 1.5 s; the rest is for clocks of nodes that differ. */
const life = 60;

export const lease: Check = {
  name: 'lease',
  look({ installation, probes, now }) {
    const spec = isObject(installation?.lease?.spec) ? installation.lease.spec : undefined;
    if (!installation || typeof spec?.renewTime !== 'string')
      return unknown(installation ? 'The Lease of the injector cannot be read.' : unread);
    const age = Math.round((now - Date.parse(spec.renewTime)) / 1000) + (skewOf(probes) ?? 0);
    const log = `Run kubectl logs -n ${installation.namespace} deploy/${installation.name}.`;
    if (age > life)
      return failed(
        `No replica has renewed the Lease ${installation.name} for ${age} s: nobody writes the registration.`,
        log,
      );
    if (age < -life)
      return warning(
        `The Lease ${installation.name} was renewed ${-age} s in the future.`,
        'Synchronize the clocks of the nodes and of this machine with NTP.',
      );
    return ok(`${String(spec.holderIdentity)} holds the Lease, and writes the registration.`);
  },
};

function countsOf({ deployment }: Installation) {
  const wanted = Number(fieldAt(deployment, 'spec.replicas') ?? 1);
  return { wanted, ready: Number(fieldAt(deployment, 'status.readyReplicas') ?? 0) };
}

function imageOf(pod: JsonObject): string {
  return String(objectsOf(fieldAt(pod, 'spec.containers'))[0]?.image);
}

/** The API server has checked its form. */
function readSelector(selector: JsonObject) {
  return selectorOf(selector as LabelSelector);
}
