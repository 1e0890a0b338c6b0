import type { Outcome } from '../core/outcome.ts';
import { problemText } from '../core/problem.ts';
import { encodedPatch } from './encoded-patch.ts';
import { refusalText, warningsFor } from './messages.ts';
import { reportOf } from './report.ts';
import { reviewVersion } from './review.ts';

/**
 * The AdmissionReview that answers a request, as JSON text of plain ASCII. `patch` and `patchType` come both or not at all:
 * the API server takes one without the other for a failed call.
 */
export function admissionResponse(uid: string, outcome: Outcome): string {
  const { allowed, status } = reportOf(outcome);
  const warnings = 'warnings' in outcome && outcome.warnings.length > 0 ? warningsFor(outcome.warnings) : undefined;
  const start = `{"apiVersion":"${reviewVersion}","kind":"AdmissionReview","response":`;
  if (outcome.kind === 'Injected') {
    const more = warnings ? `,"warnings":${ascii(JSON.stringify(warnings))}` : '';
    // Base64 needs no escaping: put in as text, so that the largest part is not scanned once more.
    const patch = encodedPatch(outcome.patch, outcome.sidecars);
    return `${start}{"uid":${ascii(JSON.stringify(uid))},"allowed":${allowed}${more},"patchType":"JSONPatch","patch":"${patch}"}}`;
  }
  const response = { uid, allowed, warnings, status: status && { ...status, message: outcomeMessage(outcome) } };
  return `${start}${ascii(JSON.stringify(response))}}`;
}

/** The AdmissionReview that answers for an object that was only looked at: refused when there is something to say. */
export function checkResponse(uid: string, problems: readonly string[], notes: readonly string[]): string {
  const status = problems.length > 0 ? { code: 422, reason: 'Invalid', message: problems.join('; ') } : undefined;
  const warnings = notes.length > 0 ? warningsFor(notes) : undefined;
  const response = { uid, allowed: !status, warnings, status };
  return ascii(JSON.stringify({ apiVersion: reviewVersion, kind: 'AdmissionReview', response }));
}

/** The message for whoever gets no pod. */
export function outcomeMessage(outcome: Outcome): string {
  if (outcome.kind === 'Refused') return refusalText(outcome.problems);
  return outcome.kind === 'Failed' ? problemText(outcome.problem) : '';
}

/** The same JSON with everything beyond ASCII, which occurs in strings only, as escapes. */
function ascii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
