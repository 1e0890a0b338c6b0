import type { Health } from './health.ts';

/** What a check has found. `unknown`: whoever asks may not read what it needs. */
export type Finding =
  | { readonly status: 'ok' | 'unknown'; readonly message: string }
  | { readonly status: 'warning' | 'failed'; readonly message: string; readonly fix: string };

/** One question about the health of an installation. */
export interface Check {
  readonly name: string;
  readonly look: (health: Health) => Finding;
}

export type Result = Finding & { readonly check: string };

export const ok = (message: string): Finding => ({ status: 'ok', message });
export const unknown = (message: string): Finding => ({ status: 'unknown', message });
export const warning = (message: string, fix: string): Finding => ({ status: 'warning', message, fix });
export const failed = (message: string, fix: string): Finding => ({ status: 'failed', message, fix });

/** Why nothing is known of an installation. */
export const unread = 'The Deployment of the injector cannot be read, or the injector runs outside the cluster.';
