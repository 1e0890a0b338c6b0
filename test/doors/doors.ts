import type { Json } from '../../src/api/json.ts';
import { sidecar } from '../../src/cli/sidecar.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { ownImage, version } from '../../src/main/version.ts';
import { answerReview } from '../../src/server/answer-review.ts';
import { builtInState } from '../engine/state.ts';

const loaded = loadCatalog([]);

/** What the command line does with a manifest on standard input. */
export function throughCommandLine(
  manifest: string,
  ...flags: readonly string[]
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
      files: { isFolder: () => false, read: () => ({ sentence: 'no file' }), list: () => ({ sentence: 'no folder' }) },
      colour: false,
    },
    { loadCatalog: () => loaded, injector: { version, image: ownImage } },
  );
  return { code, stdout, stderr };
}

/** What the webhook answers when that pod is created; the patch as the text that it is. */
export function throughWebhook(pod: Json): { allowed: boolean; patch?: string; message?: string } {
  const request = {
    uid: 'u',
    operation: 'CREATE',
    resource: { group: '', version: 'v1', resource: 'pods' },
    namespace: 'default',
    object: pod,
  };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { text } = answerReview(Buffer.from(JSON.stringify(review)), builtInState);
  const { allowed, patch, status } = JSON.parse(text).response;
  return {
    allowed,
    ...(patch ? { patch: Buffer.from(patch, 'base64').toString() } : {}),
    ...(status ? { message: status.message } : {}),
  };
}
