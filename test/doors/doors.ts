import type { Catalog } from '../../src/catalog/catalog.ts';
import { sidecar } from '../../src/cli/sidecar.ts';
import type { Json } from '../../src/core/json.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { ownImage, version } from '../../src/main/version.ts';
import type { State } from '../../src/state/state.ts';
import { answerReview } from '../admission/answer-review.ts';
import { builtInState } from '../engine/state.ts';

const loaded = loadCatalog([]);

/** What the command line does with a manifest on standard input. */
export const throughCommandLine = commandLineWith(loaded.catalog);

/** The command line with another catalog, and with a file `namespaces.json`. */
export function commandLineWith(catalog: Catalog, namespaces = '') {
  return (manifest: string, ...flags: readonly string[]) => run(catalog, namespaces, manifest, flags);
}

function run(
  catalog: Catalog,
  namespaces: string,
  manifest: string,
  flags: readonly string[],
): { code: number; stdout: string; stderr: string } {
  let stdout = '';
  let stderr = '';
  const code = sidecar(
    {
      args: ['inject', '-f', '-', ...flags],
      stdin: () => Buffer.from(manifest),
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      files: {
        isFolder: () => false,
        read: () => (namespaces === '' ? { message: 'no file' } : { bytes: Buffer.from(namespaces) }),
        list: () => ({ message: 'no folder' }),
        create: () => undefined,
        write: () => ({ message: 'not written', written: [] }),
      },
      colour: false,
      live: false,
    },
    {
      loadCatalog: () => ({ catalog, problems: [] }),
      kubectl: () => ({ message: 'no cluster' }),
      problemsPage: () => '',
      now: () => 0,
      pause: () => {},
      injector: { version, image: ownImage },
    },
  );
  return { code, stdout, stderr };
}

/** What the webhook answers when that pod is created; the patch as the text that it is. */
export function throughWebhook(
  pod: Json,
  state: State = builtInState,
): { allowed: boolean; patch?: string; message?: string } {
  const request = {
    uid: 'u',
    operation: 'CREATE',
    resource: { group: '', version: 'v1', resource: 'pods' },
    namespace: 'default',
    object: pod,
  };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { text } = answerReview(Buffer.from(JSON.stringify(review)), state);
  const { allowed, patch, status } = JSON.parse(text).response;
  return {
    allowed,
    ...(patch ? { patch: Buffer.from(patch, 'base64').toString() } : {}),
    ...(status ? { message: status.message } : {}),
  };
}
