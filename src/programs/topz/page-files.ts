import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the page, ready to be sent. */
export type PageFile = { type: string; body: Buffer; etag: string };

/**
 * Where the page's files lie: beside this module, in the checkout and in the image alike, so the build copies the
 * folder `page` next to the bundled program. Browsers get the files as they are.
 */
export const pageFolder = join(import.meta.dirname, 'page');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads all files of the page, by name. */
export function loadPage(folder: string): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder).filter((name) => extname(name) in types);
  return new Map(
    names.map((name) => {
      const body = readFileSync(join(folder, name));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
      return [name, { type: types[extname(name)] ?? '', body, etag }];
    }),
  );
}

/**
 * Nothing from elsewhere, nothing inline, no frames around or inside: what a process calls itself can then do no harm,
 * even if the page ever wrote it out as markup.
 */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
