import { messageOf } from '../../core/message-of.ts';
import { call, isFine } from '../kit/http-client.ts';

/** What the app answers, or why that is not JSON. */
export type Answer = { readonly document: unknown } | { readonly failure: string };

/** More than any page of figures has. */
const longest = 1024 * 1024;

/**
 * Asks the target, and waits `timeout` milliseconds at most. Who asks while an answer is on its way gets that one.
 * Never fails.
 */
export function createAsker(target: URL, timeout: number): () => Promise<Answer> {
  let pending: Promise<Answer> | undefined;
  return () => {
    pending ??= ask(target, timeout).finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

async function ask(target: URL, timeout: number): Promise<Answer> {
  try {
    const headers = { accept: 'application/json' };
    const { status, body, cut } = await call(target, { method: 'GET', headers, timeout, longest });
    if (!isFine(status)) return { failure: `the answer is ${status}` };
    if (cut) return { failure: `the answer is longer than ${longest} bytes` };
    return { document: JSON.parse(new TextDecoder().decode(body)) };
  } catch (error) {
    return { failure: error instanceof SyntaxError ? 'the answer is not JSON' : messageOf(error) };
  }
}
