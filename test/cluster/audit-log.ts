// Reads the API server's audit log: what each request was, and what each webhook did to it.
import { existsSync, readFileSync } from 'node:fs';

export interface AuditEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly message?: string };
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
  /**
   * `mutation.webhook.admission.k8s.io/round_0_index_0` → `{"configuration":…,"webhook":…,"mutated":true}`, and such.
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * All whole events so far. The API server writes an event before it answers, so a request that was answered is in here.
 */
export function readAuditLog(file: string): AuditEvent[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1) // the API server may be in the middle of the next line
    .map((line) => JSON.parse(line) as AuditEvent);
}
