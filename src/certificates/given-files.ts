import { readFile } from 'node:fs/promises';
import { certificatesIn, issuerOf } from './bundle.ts';
import { createHandover } from './handover.ts';
import type { CertificatePair } from './pair.ts';
import { type CertificateEvents, type Certificates, expiryOf, whyUntrusted } from './serving.ts';
import type { TrustOwner } from './trust.ts';
import { untrusted } from './untrusted.ts';
import { type PairFiles, readPairFiles, watchPairFiles } from './watch-files.ts';

const second = 1000;

export interface GivenFiles extends PairFiles {
  /**
   * Holds the authorities that clients must trust. Empty where they are those of the system, or registered by others.
   */
  readonly authorities: string;
}

/** Problems that go away by themselves. Others are wrong settings. */
const passing: ReadonlySet<string> = new Set(['certificate-expired', 'certificate-not-yet-valid']);

/**
 * Serves a pair of files that somebody else renews. The problem is that of the files at the start; later on, broken
 * files are reported and the pair in use stays.
 */
export async function serveFiles(
  files: GivenFiles,
  trust: TrustOwner,
  { use, rejected }: Pick<CertificateEvents, 'use' | 'rejected'>,
): Promise<Certificates | { readonly problem: string }> {
  const first = await readPairFiles(files, new Date());
  if ('problem' in first && !passing.has(first.problem.code)) return { problem: first.problem.message };
  const standIn = 'pair' in first ? first.pair : await untrusted(['localhost']);
  let latest = 'pair' in first ? first.pair : undefined;
  let pair: CertificatePair | undefined;
  /** Authorities of pairs that other replicas may serve still. */
  const former: { readonly authority: string; readonly until: Date }[] = [];
  let reported = '';

  const offer = createHandover(trust, (next) => {
    const authority = pair && issuerOf(pair.cert, certificatesIn(trust.authorities()));
    if (pair && authority !== undefined) former.push({ authority, until: expiryOf(pair) });
    pair = next;
    use(next);
  });
  async function look(): Promise<void> {
    const given =
      files.authorities === '' ? [] : certificatesIn(await readFile(files.authorities, 'utf8').catch(() => ''));
    if (!latest) return;
    const now = new Date();
    const stranger = files.authorities !== '' && issuerOf(latest.cert, given) === undefined;
    const message = stranger ? `No certificate in ${files.authorities} has signed that in ${files.cert}.` : '';
    if (message !== reported && message !== '') rejected(message);
    reported = message;
    const others = former.filter(({ until }) => now < until).map(({ authority }) => authority);
    offer({ pair: latest, authorities: [...given, ...others] }, now);
  }
  await look();
  const unwatch = watchPairFiles({
    files,
    current: standIn,
    every: 10 * second,
    now: () => new Date(),
    onPair(next) {
      latest = next;
      void look();
    },
    onProblem: ({ message }) => rejected(message),
  });
  const timer = setInterval(look, 10 * second).unref();
  trust.onRegistered(look);
  return {
    pair: () => pair ?? standIn,
    ready() {
      if (pair) return whyUntrusted(pair, trust);
      return 'problem' in first ? first.problem.message : undefined;
    },
    stop() {
      clearInterval(timer);
      unwatch();
    },
  };
}
