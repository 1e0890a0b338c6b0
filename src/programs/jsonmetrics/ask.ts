import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

/** What the app said, or why that is no JSON. */
export type Answer = { readonly document: unknown } | { readonly failure: string };

/** More than any page of figures; what is longer is no page of figures. */
const mostBytes = 1024 * 1024;

/** Asks the target. Whoever asks while an answer is on its way gets that one. Never fails. */
export function createAsker(target: URL, patience: number): () => Promise<Answer> {
  let pending: Promise<Answer> | undefined;
  return () => {
    pending ??= ask(target, patience).finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

async function ask(target: URL, patience: number): Promise<Answer> {
  const signal = AbortSignal.timeout(patience);
  try {
    return { document: JSON.parse(await read(target, signal)) };
  } catch (error) {
    if (signal.aborted) return { failure: `no answer in ${patience / 1000} s` };
    if (error instanceof SyntaxError) return { failure: 'the answer is no JSON' };
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function read(target: URL, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = target.protocol === 'https:' ? requestTls : requestPlain;
    const options = { agent: false, signal, headers: { accept: 'application/json' } };
    const call = request(target, options, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode < 200 || statusCode > 299) call.destroy(new Error(`the answer is ${statusCode}`));
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > mostBytes) call.destroy(new Error(`the answer is longer than ${mostBytes} bytes`));
        else parts.push(part);
      });
      response.on('end', () => resolve(new TextDecoder().decode(Buffer.concat(parts)))).on('error', reject);
    });
    call.on('error', reject).end();
  });
}
