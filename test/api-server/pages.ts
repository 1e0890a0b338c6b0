import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Webhook } from '../../demo/webhook.ts';

/** What the server of a webhook shows at a path, such as `/metrics`. */
export function pageOf({ url, ca }: Webhook, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, url), { ca: readFileSync(ca, 'utf8'), agent: false }, (response) =>
      resolve(text(response)),
    );
    call.on('error', reject).end();
  });
}
