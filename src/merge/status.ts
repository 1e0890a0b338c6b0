import type { InjectedSidecar } from '../core/outcome.ts';

/** The value of `sidecar.io/status`: what was injected, from what, and why. Without time or chance: same input, same bytes. */
export function statusOf(version: string, sidecars: readonly InjectedSidecar[]): string {
  return JSON.stringify({ version, sidecars });
}
