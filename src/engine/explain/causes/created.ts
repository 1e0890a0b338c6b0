import type { InjectedSidecar } from '../../../core/outcome.ts';
import type { Evidence } from '../evidence.ts';
import type { Words } from '../words.ts';
import { isOfLimitRange, limitsFix } from './limits.ts';
import { lackingFix } from './quota.ts';
import { failureFrom, serviceOf } from './reached.ts';
import { timeOf } from './timing.ts';

/** The workload has no pods, because the API server does not take them. */
export interface CreatedCause extends Words {
  readonly family: 'created';
  readonly kind: 'quota' | 'limits' | 'pod-security' | 'policy' | 'webhook' | 'other-webhook' | 'injector' | 'other';
}

export function createdCause(evidence: Evidence): CreatedCause | undefined {
  const { live, wanted, request } = evidence;
  if (!live) return undefined;
  const failed = live.events.findLast(({ reason }) => reason === 'FailedCreate');
  if (!failed) return undefined;
  // Pods that came after the failure show that it is over.
  if (live.stored && failed.last <= timeOf(live.stored, 'creationTimestamp')) return undefined;
  return { family: 'created', ...wordsFor(failed.message, wanted, request) };
}

function wordsFor(message: string, wanted: readonly InjectedSidecar[], request: Evidence['request']) {
  const text = message.replace(/^(\(combined from similar events\): )?(Error creating: )?/, '');
  const names = wanted.map(({ name }) => name);
  const [first = 'SIDECAR'] = wanted.map(({ template }) => template);
  const key = `sidecar.io/${first}`;
  const said = (kind: CreatedCause['kind'], cause: string, fix: string) => ({ kind, cause, fix });
  if (/exceeded quota/.test(text))
    return said(
      'quota',
      `The quota does not allow the pod${names.length === 0 ? '' : ` with ${names.join(', ')}`}: ${text}`,
      `Raise the ResourceQuota, or lower ${key}-cpu and ${key}-memory.`,
    );
  if (/failed quota.*must specify/s.test(text))
    return said('quota', `The quota requires what a container lacks: ${text}`, lackingFix(text, wanted));
  if (isOfLimitRange(text)) return said('limits', `A LimitRange refuses a container: ${text}`, limitsFix(text, wanted));
  if (/violates PodSecurity/.test(text))
    return said(
      'pod-security',
      `Pod Security refuses the pod: ${text}`,
      'Change the security context that the message names.',
    );
  if (/no params found for policy binding/.test(text))
    return said(
      'policy',
      `The API server does not read what enforced policies fix: ${text}`,
      'If it lasts longer than 10 s, restart the API server. Until then, set the action of the policies to Warn.',
    );
  if (/ValidatingAdmissionPolicy/.test(text))
    return said(
      'policy',
      text,
      / requires the sidecar /.test(text)
        ? 'If nothing turns the sidecar off, the injector did not answer: the controller tries again by itself.'
        : `Correct what the message names in the pod template of ${request.title}, or ask the owners of the policy.`,
    );
  const [, webhook = ''] = /failed calling webhook "([^"]*)"/.exec(text) ?? [];
  if (webhook.endsWith('.sidecar.io')) {
    const { cause, fix } = failureFrom(text, ...serviceOf(request.live?.registration));
    return said('webhook', cause, `${fix} The controller tries again by itself.`);
  }
  const [, other = '', denial = ''] = /admission webhook "([^"]*)" denied the request: (.*)$/s.exec(text) ?? [];
  if (other.endsWith('.sidecar.io'))
    return said(
      'injector',
      `The injector refuses the pods: ${denial}`,
      `Correct it in the pod template of ${request.title}.`,
    );
  if (webhook !== '' || other !== '')
    return said('other-webhook', text, `Ask the owners of the webhook ${webhook || other}.`);
  return said('other', `The pods cannot be created: ${text}`, 'Correct what the message names.');
}
