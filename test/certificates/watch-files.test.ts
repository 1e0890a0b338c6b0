import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import type { CertificatePair, CertificateProblem } from '../../src/certificates/pair.ts';
import { readPairFiles, watchPairFiles } from '../../src/certificates/watch-files.ts';

const day = 86_400_000;

const now = new Date();
let pairs: [CertificatePair, CertificatePair];
beforeAll(async () => {
  const authority = await issueAuthority({ commonName: 'CA', life: day, now });
  const make = () => issueLeaf(authority, { commonName: 'x', life: day, now, names: ['localhost'] });
  pairs = [await make(), await make()];
});

let folder: string;
let stop = () => {};
let seen: CertificatePair[];
let problems: CertificateProblem[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
  seen = [];
  problems = [];
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

/** Watches tls.crt and tls.key of a folder; `every` decides whether polling or file events find a change. */
function watchFolder(inside: string, every: number) {
  stop = watchPairFiles({
    files: { cert: join(inside, 'tls.crt'), key: join(inside, 'tls.key') },
    current: pairs[0],
    every,
    now: () => now,
    onPair: (pair) => seen.push(pair),
    onProblem: (problem) => problems.push(problem),
  });
}

function write(inside: string, { cert, key }: CertificatePair) {
  writeFileSync(join(inside, 'tls.crt'), cert);
  writeFileSync(join(inside, 'tls.key'), key);
}

const never = 3_600_000;
/** The machine may be busy with something else. */
const patience = { timeout: 30_000 };
const settled = () => new Promise((resolve) => setTimeout(resolve, 300));

describe('watched certificate files', () => {
  it.each([
    ['file events', never],
    ['polling', 30],
  ])('are read again when they change, by %s', async (_, every) => {
    write(folder, pairs[0]);
    watchFolder(folder, every);
    write(folder, pairs[1]);
    await vi.waitFor(() => expect(seen).toEqual([pairs[1]]), patience);
    await settled();
    expect(seen).toHaveLength(1);
  });

  it('are followed through the link that Kubernetes swaps', async () => {
    for (const [i, pair] of pairs.entries()) {
      mkdirSync(join(folder, `..${i}`));
      write(join(folder, `..${i}`), pair);
    }
    symlinkSync('..0', join(folder, '..data'));
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(`..data/${name}`, join(folder, name));
    watchFolder(folder, never);
    symlinkSync('..1', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await vi.waitFor(() => expect(seen).toEqual([pairs[1]]), patience);
    expect(problems).toEqual([]);
  });

  it('are told once when they are broken, and used when they are mended', async () => {
    write(folder, pairs[0]);
    watchFolder(folder, 30);
    writeFileSync(join(folder, 'tls.crt'), 'broken');
    await vi.waitFor(() => expect(problems).toHaveLength(1), patience);
    await settled();
    expect(problems.map(({ code }) => code)).toEqual(['certificate-unreadable']);
    expect(problems[0]?.message).toContain(join(folder, 'tls.crt'));
    writeFileSync(join(folder, 'tls.crt'), pairs[1].cert);
    await vi.waitFor(() => expect(problems.map(({ code }) => code)).toContain('key-mismatch'), patience);
    expect(seen).toEqual([]);
    writeFileSync(join(folder, 'tls.key'), pairs[1].key);
    await vi.waitFor(() => expect(seen).toEqual([pairs[1]]), patience);
  });

  it('are told when they are gone', async () => {
    write(folder, pairs[0]);
    watchFolder(folder, never);
    rmSync(join(folder, 'tls.key'));
    await vi.waitFor(() => expect(problems[0]?.message).toMatch(/cannot be read: ENOENT/), patience);
  });

  it('are of one edition, also when they change between the first and the second', async () => {
    write(folder, pairs[0]);
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    rmSync(key);
    execFileSync('mkfifo', [key]);
    const read = readPairFiles({ cert, key }, now);
    const pipe = await open(key, 'w'); // as soon as it is read from, so the certificate has been read
    writeFileSync(`${key}.new`, pairs[1].key);
    renameSync(`${key}.new`, key);
    writeFileSync(cert, pairs[1].cert);
    await pipe.writeFile(pairs[1].key);
    await pipe.close();
    expect(await read).toEqual({ pair: pairs[1] });
  });

  it('are no pair when one is missing at the start', async () => {
    const read = await readPairFiles({ cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }, now);
    expect(read).toMatchObject({ problem: { code: 'certificate-unreadable' } });
  });
});
