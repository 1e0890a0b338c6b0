import type { Outcome } from '../api/outcome.ts';
import { sentenceOf } from '../api/problem.ts';
import { reviewVersion } from '../api/review.ts';
import { patchText } from './patch-text.ts';
import { reportOf } from './report.ts';
import { refusalText, warningsFor } from './sentences.ts';

/**
 * The AdmissionReview that answers a request, as JSON text of plain ASCII. `patch` and `patchType` come both or not at all:
 * the API server takes one without the other for a failed call.
 */
export function admissionResponse(uid: string, outcome: Outcome): string {
  const { allowed, status } = reportOf(outcome);
  const warnings = 'warnings' in outcome && outcome.warnings.length > 0 ? warningsFor(outcome.warnings) : undefined;
  const response =
    outcome.kind === 'Injected'
      ? { uid, allowed, warnings, patchType: 'JSONPatch' }
      : { uid, allowed, warnings, status: status && { ...status, message: messageOf(outcome) } };
  const head = `{"apiVersion":"${reviewVersion}","kind":"AdmissionReview","response":${ascii(JSON.stringify(response))}`;
  // Base64 needs no escaping: put in as text, so that the largest part is not scanned once more.
  return outcome.kind === 'Injected'
    ? `${head.slice(0, -1)},"patch":"${base64(patchText(outcome.patch))}"}}`
    : `${head}}`;
}

/** The AdmissionReview that answers for an object that was only looked at: refused when there is something to say. */
export function checkResponse(uid: string, flaws: readonly string[], notes: readonly string[]): string {
  const status = flaws.length > 0 ? { code: 422, reason: 'Invalid', message: flaws.join('; ') } : undefined;
  const warnings = notes.length > 0 ? warningsFor(notes) : undefined;
  const response = { uid, allowed: !status, warnings, status };
  return ascii(JSON.stringify({ apiVersion: reviewVersion, kind: 'AdmissionReview', response }));
}

/** The sentence for whoever gets no pod. */
export function messageOf(outcome: Outcome): string {
  if (outcome.kind === 'Refused') return refusalText(outcome.problems);
  return outcome.kind === 'Failed' ? sentenceOf(outcome.problem) : '';
}

/** The same JSON with everything beyond ASCII, which occurs in strings only, as escapes. */
function ascii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Where patches of the usual size are encoded: memory of its own for each would cost more than the encoding. */
const desk = Buffer.allocUnsafe(64 * 1024);

function base64(text: string): string {
  // A UTF-16 unit is three bytes at most in UTF-8.
  if (text.length * 3 > desk.length) return Buffer.from(text, 'utf8').toString('base64');
  return desk.toString('base64', 0, desk.write(text, 'utf8'));
}
