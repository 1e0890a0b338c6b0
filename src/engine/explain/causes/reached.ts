import type { Evidence } from '../evidence.ts';
import type { LiveFacts } from '../facts.ts';
import { recreation } from '../recreate.ts';
import type { Words } from '../words.ts';

/** The API server asks the injector, but gets no answer. */
export interface ReachedCause extends Words {
  readonly family: 'reached';
  readonly kind:
    | 'certificate-not-trusted'
    | 'certificate-expired'
    | 'certificate-not-yet-valid'
    | 'certificate-for-another'
    | 'no-endpoints'
    | 'no-service'
    | 'refused'
    | 'timeout'
    | 'other'
    | 'was-down';
}

type Failure = Pick<ReachedCause, 'kind' | 'cause' | 'fix'>;

/** Why the injector does not answer now. */
export function reachedCause({ live, request, wanted, missing }: Evidence): ReachedCause | undefined {
  if (!live || (live.stored && missing.length === 0) || wanted.length === 0) return undefined;
  const failure = failureOf(live);
  if (!failure) return undefined;
  const again = live.stored ? ` Then ${recreation(request).replace(/^./, (letter) => letter.toLowerCase())}` : '';
  return { family: 'reached', ...failure, fix: `${failure.fix}${again}` };
}

/** It answers now, but did not when the pod was created: nothing else is left. */
export function wasDownCause({ live, request, missing, entries }: Evidence): ReachedCause | undefined {
  if (!live?.stored || missing.length === 0) return undefined;
  const policy = entries?.find(({ skipped }) => skipped === undefined)?.entry.failurePolicy ?? 'Ignore';
  const cause = `The injector did not answer when the pod was created, and the failurePolicy of its webhook is ${policy}.`;
  return { family: 'reached', kind: 'was-down', cause, fix: `It answers now. ${recreation(request)}` };
}

function failureOf({ answer, registration, endpoints }: LiveFacts): Failure | undefined {
  if (typeof registration === 'string') return undefined;
  const [namespace, service] = serviceOf(registration);
  if (typeof answer === 'object') return failureFrom(answer.failure, namespace, service);
  if (answer === 'unknown' && registration.hasExpired)
    return failureFrom('x509: certificate has expired', namespace, service);
  if (answer === 'unknown' && endpoints === 0) return notReady(namespace);
  return undefined;
}

/** Namespace and name of the Service of the injector; empty where they are not known. */
export function serviceOf(registration: LiveFacts['registration'] | undefined): readonly [string, string] {
  const [namespace = '', name = ''] = (typeof registration === 'object' && registration.service?.split('/')) || [];
  return [namespace, name];
}

function notReady(namespace: string): Failure {
  const fix = namespace === '' ? 'Look at the pods of the injector.' : `Run kubectl get pods -n ${namespace}.`;
  return { kind: 'no-endpoints', cause: 'No injector is ready.', fix };
}

/** What the API server says about a webhook that it cannot call. */
export function failureFrom(text: string, namespace: string, service: string): Failure {
  const where =
    namespace === '' ? 'Look at the log of the injector' : `Run kubectl logs -n ${namespace} deploy/${service}`;
  const reason = text.replace(/^.*?failed calling webhook "[^"]*": (failed to call webhook: )?/s, '').trim();
  const said = (kind: Failure['kind'], cause: string, fix: string): Failure => ({
    kind,
    cause: `${cause} (${reason})`,
    fix,
  });
  if (/x509: certificate has expired.* is before /.test(reason))
    return said(
      'certificate-not-yet-valid',
      'The certificate of the injector is not valid yet: the clock of the API server is behind.',
      'Synchronize the clocks of the nodes with NTP.',
    );
  if (/x509: certificate has expired/.test(reason))
    return said(
      'certificate-expired',
      'The certificate of the injector has expired.',
      `${where}: it says why it is not renewed.`,
    );
  if (
    /x509: (?:certificate is (?:not )?valid for|certificate relies on legacy|cannot validate certificate for)/.test(
      reason,
    )
  )
    return said(
      'certificate-for-another',
      'The certificate of the injector is not valid for the name that the API server calls.',
      `Issue one for ${namespace === '' ? 'that name' : `${service}.${namespace}.svc`}, or let the injector make its own.`,
    );
  if (/x509|certificate|tls:/.test(reason)) {
    const fix = `The injector repairs its caBundle within 10 s; ${where.charAt(0).toLowerCase()}${where.slice(1)}, which says why it cannot.`;
    return said(
      'certificate-not-trusted',
      'The API server does not trust the certificate of the injector: wrong caBundle.',
      fix,
    );
  }
  if (/no endpoints available/.test(reason)) {
    const { kind, cause, fix } = notReady(namespace);
    return said(kind, cause, fix);
  }
  if (/service "[^"]*" not found/.test(reason))
    return said(
      'no-service',
      'The Service of the injector does not exist.',
      'Install the chart again, or remove its webhook configurations.',
    );
  if (/connection refused/.test(reason))
    return said('refused', 'The injector does not run.', `${where}, and start it.`);
  if (/deadline exceeded|Client\.Timeout|i\/o timeout|no route to host|network is unreachable/.test(reason)) {
    const fix = 'A NetworkPolicy or a firewall may block the API server: allow port 9443 of the injector.';
    return said('timeout', 'The API server does not reach the injector.', fix);
  }
  return said('other', 'The API server gets no answer from the injector.', `${where}.`);
}
