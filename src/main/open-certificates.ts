import { mkdir } from 'node:fs/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { serveFiles } from '../certificates/given-files.ts';
import type { MaterialStore } from '../certificates/keeper.ts';
import { folderStore } from '../certificates/own-folder.ts';
import { type CertificateEvents, type Certificates, makeCertificates } from '../certificates/serving.ts';
import { createTrust, type TrustOwner } from '../certificates/trust.ts';
import { openApi } from '../cluster/api.ts';
import { secretStore } from '../cluster/certificate-secret.ts';
import { findOwner } from '../cluster/owner.ts';
import { readTrusted } from '../cluster/registration.ts';
import { messageOf } from '../core/message-of.ts';
import { registrationOf, type Settings } from '../server/settings.ts';

/** Milliseconds in which API servers hear of a registration. */
const settle = 30_000;

/** What clients trust. Lives of certificates that are short, as in a test, shorten the wait for clients too. */
export function openTrust(settings: Settings): TrustOwner {
  return createTrust(Math.min(settle, settings['certs-life'] / 20));
}

/** The certificates of the server, from where the settings say. The problem is a message. */
export async function openCertificates(
  settings: Settings,
  kubeConfig: KubeConfig | undefined,
  trust: TrustOwner,
  events: CertificateEvents,
): Promise<Certificates | { readonly problem: string }> {
  const { 'tls-cert': cert, 'tls-key': key, 'tls-ca': authorities } = settings;
  if (cert !== '') {
    const served = await serveFiles({ cert, key, authorities }, trust, events);
    return 'problem' in served ? { problem: `${served.problem} Check --tls-cert and --tls-key.` } : served;
  }
  const isShared = kubeConfig !== undefined && settings['certs-secret'] !== '';
  const store = isShared
    ? await openSecret(settings, kubeConfig, trust, events.failed)
    : await openFolder(settings['certs-folder']);
  if ('problem' in store) return store;
  const lifetimes = { leaf: settings['certs-life'], authority: settings['certs-ca-life'] };
  return makeCertificates({ store, trust, names: settings['certs-names'], lifetimes }, events);
}

async function openFolder(folder: string): Promise<MaterialStore | { readonly problem: string }> {
  try {
    await mkdir(folder, { recursive: true });
    return folderStore(folder);
  } catch (error) {
    const why = messageOf(error);
    return { problem: `Cannot create a certificate in ${folder}: ${why}. Check --certs-folder.` };
  }
}

/**
 * Before a first authority is made, it must be known which ones clients trust already: other replicas may have them.
 */
async function openSecret(
  settings: Settings,
  kubeConfig: KubeConfig,
  trust: TrustOwner,
  failed: (message: string) => void,
): Promise<MaterialStore> {
  const api = openApi(kubeConfig);
  const [namespace = '', name = ''] = settings['certs-secret'].split('/');
  const registration = registrationOf(settings);
  if (registration) await readTrusted(api, registration.name).then(trust.registered, () => undefined);
  const clusterRole = settings['registration-owner'];
  return secretStore({
    ...{ kubeConfig, api, namespace, name },
    owner: async () => (clusterRole === '' ? undefined : findOwner({ api, clusterRole, namespace })),
    failed: (message) => failed(`the certificates cannot be watched, will retry: ${message}`),
  });
}
