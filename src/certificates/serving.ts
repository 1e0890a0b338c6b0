import { ensureOwnCertificates, ownFiles } from './own-folder.ts';
import { type CertificatePair, readAuthority, readCertificate } from './pair.ts';
import { createTrust, type Trust } from './trust.ts';
import { type PairFiles, readPairFiles, watchPairFiles } from './watch-files.ts';

const minute = 60_000;
const second = 1000;

/** Where the server's certificate comes from: files that somebody else renews, or a folder for self-signed ones. */
export type CertificateSource =
  | { readonly files: PairFiles }
  | { readonly folder: string; readonly names: readonly string[] };

/** A pair that can be served, and the files that hold it. */
export interface Certificates {
  readonly pair: CertificatePair;
  readonly files: PairFiles;
  /** The certificate of the self-signed authority, where there is one. */
  readonly authorityFile: string | undefined;
  readonly trust: Trust;
}

/** Reads the pair of the source, and creates it first where it is self-signed. */
export async function obtainCertificates(
  source: CertificateSource,
): Promise<Certificates | { readonly problem: string }> {
  const own = 'folder' in source;
  const files = own ? ownFiles(source.folder) : source.files;
  if (own) {
    try {
      await ensureOwnCertificates(source.folder, source.names, new Date());
    } catch (error) {
      return { problem: `Cannot create a certificate in ${source.folder}: ${messageOf(error)}.` };
    }
  }
  const read = await readPairFiles(files, new Date());
  if ('problem' in read) return { problem: read.problem.message };
  const authorityFile = own ? ownFiles(source.folder).caCert : undefined;
  return { pair: read.pair, files, authorityFile, trust: createTrust(authorityIn(authorityFile)) };
}

export interface CertificateUse {
  readonly use: (pair: CertificatePair, notAfter: Date) => void;
  readonly reject: (message: string) => void;
}

/** Passes on each new pair, and renews self-signed ones in time, until the returned function is called. */
export function followCertificates(
  source: CertificateSource,
  { pair, files }: Certificates,
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
  if ('files' in source) return stop;
  const renewal = setInterval(() => {
    ensureOwnCertificates(source.folder, source.names, new Date()).catch((error: unknown) =>
      reject(`Cannot renew the certificate in ${source.folder}: ${messageOf(error)}.`),
    );
  }, minute).unref();
  return () => {
    clearInterval(renewal);
    stop();
  };
}

function authorityIn(file: string | undefined): string {
  const read = file === undefined ? undefined : readAuthority(file);
  return read && 'cert' in read ? read.cert : '';
}

/** When a certificate expires. */
export function expiryOf({ cert }: CertificatePair): Date {
  return readCertificate(cert)?.notAfter ?? new Date(0);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
