import { textAt } from '../core/fields.ts';
import type { JsonObject } from '../core/json.ts';
import type { PodFailure } from '../core/pod-failure.ts';
import { titleOf } from '../core/title.ts';

/** Why an owner does not become ready, and what to do. */
export interface Failure extends PodFailure {
  readonly fix: string;
}

/** The verdict about an owner that fails. */
export function failed(
  owner: JsonObject,
  failure: Partial<PodFailure> & Pick<PodFailure, 'reason'>,
): { readonly step: 'stop'; readonly failure: Failure } {
  const whole = { pod: '', container: '', sidecar: '', message: '', ...failure };
  return { step: 'stop', failure: { ...whole, fix: fixOf(owner, whole) } };
}

function fixOf(owner: JsonObject, { reason, sidecar }: PodFailure): string {
  const kind = textAt(owner, 'kind');
  const title = `${titleOf(kind, textAt(owner, 'metadata.name'))} -n ${textAt(owner, 'metadata.namespace')}`;
  switch (reason) {
    case 'TemplateChanged':
      return 'Somebody else changed its template meanwhile. Run this command again.';
    case 'Interrupted':
      return 'Somebody else paused or changed it before it was ready. Find out why first.';
    case 'Refused':
      return 'Correct what the message says. Then run this command again.';
    case 'DisruptionBudget':
      return 'Make its pods healthy, run more of them, or lower maxUnavailable of its strategy. Then run this command again.';
  }
  const correct =
    sidecar === ''
      ? `See kubectl describe ${title}, and correct what is wrong.`
      : `Correct the template or the settings of the sidecar ${sidecar}: see sidecar explain ${title}.`;
  const undo = `Until then, kubectl rollout undo ${title} takes the new pods away.`;
  // Of other kinds, pods of the template before are made anew, with the same sidecars.
  return `${correct} Then run this command again.${kind === 'Deployment' ? ` ${undo}` : ''}`;
}
