/** Version, trace id, parent id and flags. Source: W3C Trace Context, section 3.2. */
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** The trace that a request belongs to, as a log field: an API server with tracing sends it. */
export function traceOf(header: unknown): { readonly trace?: string } {
  const trace = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined;
  return trace === undefined || /^0+$/.test(trace) ? none : { trace };
}

const none = {};
