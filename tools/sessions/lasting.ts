/** What differs from run to run, and what stands for it. */
const passing: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:]+Z/g, '…'],
  // The holder of a Lease.
  [/\S+_\d+_[\da-f]{8}-[\da-f-]{27}/g, '…'],
  // A pod of a Deployment has a hash of its template and five random letters. Source: k8s.io/apimachinery, util/rand.
  [/\b(\w+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '$1-…'],
  // Archives of Kubernetes for tests are a patch or two behind.
  [/(Kubernetes \d+\.\d+)\.\d+/g, '$1.…'],
  [/\d+ ms\b/g, '… ms'],
  [/in \d+ calls/g, 'in … calls'],
  // A busy machine is slow.
  [/^(?:ok|warning) +(latency .*\n)(?: +Fix: .*\n)?/gm, '…        $1'],
  [/^\d+ ok, \d+ warnings/gm, '… ok, … warnings'],
];

/** What a command has printed, with `…` for times, random names, and what depends on the machine. */
export function lasting(printed: string): string {
  return passing.reduce((text, [pattern, sign]) => text.replaceAll(pattern, sign), printed);
}
