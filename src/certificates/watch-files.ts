import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../core/message-of.ts';
import { type CertificatePair, type CertificateProblem, problemOfPair } from './pair.ts';

/** The files of a pair. */
export interface PairFiles {
  readonly cert: string;
  readonly key: string;
}

/** The pair in two files, or why it cannot be served at this time. A missing file is unreadable. */
export async function readPairFiles(
  files: PairFiles,
  now: Date,
): Promise<{ readonly pair: CertificatePair } | { readonly problem: CertificateProblem }> {
  try {
    const pair = await readPair(files);
    const problem = problemOfPair(pair, now);
    return problem
      ? { problem: { ...problem, message: `${problem.message} (${files.cert}, ${files.key})` } }
      : { pair };
  } catch (error) {
    const message = `A certificate file cannot be read: ${messageOf(error)}.`;
    return { problem: { code: 'certificate-unreadable', message } };
  }
}

/**
 * Certificate and key of the same version: if a mounted Secret changes in between, the certificate differs afterwards.
 */
async function readPair({ cert, key }: PairFiles, attempts = 5): Promise<CertificatePair> {
  const pair = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
  const isSame = attempts <= 1 || (await readFile(cert, 'utf8')) === pair.cert;
  return isSame ? pair : readPair({ cert, key }, attempts - 1);
}

export interface PairWatch {
  readonly files: PairFiles;
  /** The pair in use. `onPair` gets only other ones. */
  readonly current: CertificatePair;
  /** Milliseconds between two checks, besides file events, where the file system has them. */
  readonly every: number;
  readonly now: () => Date;
  readonly onPair: (pair: CertificatePair) => void;
  /** Called once for each change that cannot be used; the pair in use stays. */
  readonly onProblem: (problem: CertificateProblem) => void;
}

/** Certificate and key are rarely written at once, so they are read when nothing has happened for this long. */
const quiet = 100;

/**
 * Watches a pair of files until the returned function is called. Folders are watched, not files: Kubernetes changes a
 * mounted Secret by renaming the link `..data` beside them. Polling finds what events miss (network file systems).
 */
export function watchPairFiles({ files, current, every, now, onPair, onProblem }: PairWatch): () => void {
  let pair = current;
  let reported = '';
  let soon: NodeJS.Timeout | undefined;
  let ended = false;

  async function look(): Promise<void> {
    const read = await readPairFiles(files, now());
    if (ended) return;
    if ('problem' in read) {
      if (read.problem.message !== reported) onProblem(read.problem);
      reported = read.problem.message;
      return;
    }
    reported = '';
    if (read.pair.cert === pair.cert && read.pair.key === pair.key) return;
    pair = read.pair;
    onPair(pair);
  }

  function lookSoon(): void {
    clearTimeout(soon);
    soon = setTimeout(look, quiet).unref();
  }

  const poll = setInterval(look, every).unref();
  const watchers = [...new Set([dirname(files.cert), dirname(files.key)])].flatMap((folder) =>
    watchFolder(folder, lookSoon),
  );
  return () => {
    ended = true;
    clearTimeout(soon);
    clearInterval(poll);
    for (const watcher of watchers) watcher.close();
  };
}

/** Calls `onEvent` after each change. Without a watcher (no more inotify instances, folder gone) polling remains. */
export function watchFolder(folder: string, onEvent: () => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
