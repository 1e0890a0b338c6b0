import { ensureOwnCertificates, ownFiles } from '../certificates/own-folder.ts';
import { type CertificatePair, readCertificate } from '../certificates/pair.ts';
import { type PairFiles, readPairFiles, watchPairFiles } from '../certificates/watch-files.ts';
import type { Settings } from '../server/settings.ts';

const minute = 60_000;
const second = 1000;

/** The pair to begin with, where it lies, and the authority to trust when it is our own. */
export interface Certificates {
  readonly pair: CertificatePair;
  readonly files: PairFiles;
  readonly authorityFile: string | undefined;
}

/** Reads the pair that the settings name, or makes one. `problem`: why there is none, and what to do. */
export async function obtainCertificates(settings: Settings): Promise<Certificates | { readonly problem: string }> {
  const own = settings['tls-cert'] === '';
  const folder = settings['certs-folder'];
  const files = own ? ownFiles(folder) : { cert: settings['tls-cert'], key: settings['tls-key'] };
  if (own) {
    try {
      await ensureOwnCertificates(folder, settings['certs-names'], new Date());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        problem: `No certificate can be made in --certs-folder ${folder}: ${why}. Give a folder that can be written, or --tls-cert and --tls-key.`,
      };
    }
  }
  const read = await readPairFiles(files, new Date());
  if ('problem' in read) return { problem: `${read.problem.message} Mend --tls-cert and --tls-key.` };
  return { pair: read.pair, files, authorityFile: own ? ownFiles(folder).caCert : undefined };
}

export interface CertificateUse {
  readonly use: (pair: CertificatePair, notAfter: Date) => void;
  readonly reject: (message: string) => void;
}

/** Hands on each new pair, and renews those of our own in time, until the returned function is called. */
export function followCertificates(
  settings: Settings,
  { pair, files, authorityFile }: Certificates,
  { use, reject }: CertificateUse,
): () => void {
  const stop = watchPairFiles({
    files,
    current: pair,
    every: 10 * second,
    now: () => new Date(),
    onPair: (next) => use(next, expiryOf(next)),
    onProblem: ({ message }) => reject(message),
  });
  if (authorityFile === undefined) return stop;
  const renewal = setInterval(() => {
    ensureOwnCertificates(settings['certs-folder'], settings['certs-names'], new Date()).catch((error: unknown) =>
      reject(`The certificate cannot be renewed: ${String(error)}`),
    );
  }, minute).unref();
  return () => {
    clearInterval(renewal);
    stop();
  };
}

export function expiryOf({ cert }: CertificatePair): Date {
  return readCertificate(cert)?.notAfter ?? new Date(0);
}
