import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { messageOf } from '../../core/message-of.ts';
import type { Say } from '../kit/log.ts';
import type { SecretFolders } from './credentials.ts';

/** The certificates of TLS connections. */
export interface Certificates {
  /**
   * What the Secrets hold now, another object whenever that is new. Throws where they have never held anything usable.
   */
  current(): SecureContext;
}

/**
 * Follows the Secrets. A certificate whose key does not fit, or that cannot be read, is logged, and the last good one
 * stays.
 */
export function createCertificates({ authority, client }: SecretFolders, say: Say): Certificates {
  let good: { readonly context: SecureContext; readonly files: readonly Buffer[] } | undefined;
  let problem = '';

  function read(): { readonly context: SecureContext; readonly files: readonly Buffer[] } {
    const ca = authority === undefined ? [] : [readFileSync(join(authority, 'ca.crt'))];
    const pair = client === undefined ? [] : ['tls.crt', 'tls.key'].map((name) => readFileSync(join(client, name)));
    const files = [...ca, ...pair];
    if (good && files.every((file, i) => good?.files[i]?.equals(file))) return good;
    const [cert, key] = pair;
    const context = createSecureContext({ ...(ca.length > 0 && { ca }), ...(cert && key && { cert, key }) });
    if (good) say('info', 'the certificates are renewed');
    return { context, files };
  }

  return {
    current() {
      try {
        good = read();
        problem = '';
      } catch (error) {
        if (!good) throw error;
        const why = messageOf(error);
        if (why !== problem) say('warn', 'the renewed certificates cannot be used, the last good ones stay', { why });
        problem = why;
      }
      return good.context;
    },
  };
}
