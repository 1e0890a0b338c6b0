import { statusKey } from '../../../core/annotations.ts';
import { objectAt } from '../../../core/fields.ts';
import { isSidecarName } from '../../../core/instance.ts';
import { isObject, type JsonObject, objectsOf } from '../../../core/json.ts';
import { failureFrom, serviceOf } from '../../../engine/explain/causes/reached.ts';
import { answeredBy } from '../../cluster/probe.ts';
import { type Check, failed, ok, unknown } from '../check.ts';
import { cloudHint } from '../cloud-hint.ts';

export const registered: Check = {
  name: 'registration',
  look({ registration }) {
    if (registration === 'unknown') return unknown('You may not list MutatingWebhookConfigurations.');
    if (registration === 'none')
      return failed(
        'The injector is not registered: the cluster has no MutatingWebhookConfiguration for it.',
        'Install the chart, or look at the log of the injector if it is installed.',
      );
    return ok(
      `The injector is registered as ${registration.name}, with ${registration.entries.length} entries for pods.`,
    );
  },
};

export const answers: Check = {
  name: 'answer',
  look(health) {
    const { probes, registration } = health;
    if (probes.length === 0) return unknown('There is no registration to try.');
    for (const { answer } of probes) {
      const made = 'object' in answer ? 'answered' : answeredBy(answer.message);
      if (typeof made === 'object') {
        const { cause, fix, kind } = failureFrom(made.failure, ...serviceOf(registration));
        return failed(cause, kind === 'timeout' || kind === 'other' ? `${fix}${cloudHint(health)}` : fix);
      }
      if (made === 'unknown' && 'message' in answer)
        return unknown(`The dry run of a pod did not come to the injector: ${answer.message.split('\n').at(-1)}`);
    }
    return ok('The API server gets answers from the injector.');
  },
};

export const injects: Check = {
  name: 'injection',
  look({ asking }) {
    if (!asking) return unknown('No dry run of a pod came through, so none that asks for a sidecar was made.');
    const { sidecar, run } = asking;
    if ('message' in run.answer) return unknown(`The dry run was refused: ${run.answer.message.split('\n').at(-1)}`);
    const pod = run.answer.object;
    const wrote = objectAt(pod, 'metadata.annotations')[statusKey] !== undefined;
    if (hasSidecar(pod.spec)) return ok(`A pod that asks for ${sidecar} gets it.`);
    if (wrote)
      return failed(
        `The injector added ${sidecar} to a pod, and another webhook removed it.`,
        'Find it with kubectl get mutatingwebhookconfigurations, and exclude pods with sidecars there.',
      );
    return failed(
      `A pod that asks for ${sidecar} is created without it.`,
      'The namespace may be excluded: try another one with -n. Run sidecar explain -f pod.yaml --cluster.',
    );
  },
};

function hasSidecar(spec: JsonObject[string] | undefined): boolean {
  const { containers, initContainers } = isObject(spec) ? spec : {};
  return [...objectsOf(containers), ...objectsOf(initContainers)].some(({ name }) => isSidecarName(String(name)));
}
