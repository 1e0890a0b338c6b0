// What the API server says of a webhook that it cannot call, and what `sidecar explain` makes of it.
import { describe, expect, it } from 'vitest';
import { failureFrom } from '../../src/engine/explain/causes/reached.ts';

const start =
  'Error from server (InternalError): Internal error occurred: failed calling webhook "required.sidecar.io": ';
const call = 'failed to call webhook: Post "https://i.i.svc:443/mutate?timeout=10s": ';

describe('a webhook that cannot be called', () => {
  it.each([
    ['tls: failed to verify certificate: x509: certificate has expired or is not yet valid', 'certificate-expired'],
    [
      'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-26T11:00:00Z is before 2026-11-26T12:00:00Z',
      'certificate-not-yet-valid',
    ],
    [
      'tls: failed to verify certificate: x509: certificate is valid for a.b.svc, not i.i.svc',
      'certificate-for-another',
    ],
    ['dial tcp 10.0.0.1:443: connect: no route to host', 'timeout'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'certificate-not-trusted'],
    ['no endpoints available for service "i"', 'no-endpoints'],
    ['service "i" not found', 'no-service'],
    ['dial tcp 10.0.0.1:443: connect: connection refused', 'refused'],
    ['context deadline exceeded', 'timeout'],
    ['an error on the server', 'other'],
  ])('%s', (reason, kind) => {
    const { cause, fix, ...rest } = failureFrom(`${start}${call}${reason}`, 'i', 'i');
    expect(rest).toEqual({ kind });
    expect(cause).toContain(reason);
    expect(cause).not.toContain('Error from server');
    expect(fix).toMatch(/[.]$/);
  });

  it('of a Service that is not known: no command lacks its namespace', () => {
    const reason = 'no endpoints available for service "i"';
    expect(failureFrom(`${start}${call}${reason}`, '', '').fix).toBe('Look at the pods of the injector.');
  });
});
