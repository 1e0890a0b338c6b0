import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureOwnCertificates, ownFiles } from '../../src/certificates/own-folder.ts';

const now = new Date('2026-03-01T12:00:00Z');
const daysLater = (days: number) => new Date(now.getTime() + days * 86_400_000);
const names = ['localhost', '127.0.0.1', '::1', 'fd00::1:2'];
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'own-')), 'certs');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ensure = async (time = now, wanted = names) => (await ensureOwnCertificates(folder, wanted, time)).made;
const read = (file: keyof ReturnType<typeof ownFiles>) => readFileSync(ownFiles(folder)[file], 'utf8');

describe('certificates made on the spot', () => {
  it('are made once, keys for their owner only, and kept', async () => {
    expect(await ensure()).toEqual(['authority', 'leaf']);
    expect(readdirSync(folder).sort()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
    for (const key of ['caKey', 'key'] as const) expect(statSync(ownFiles(folder)[key]).mode & 0o777).toBe(0o600);
    const before = read('cert');
    expect(await ensure(daysLater(59))).toEqual([]);
    expect(read('cert')).toBe(before);
  });

  it('get a new leaf when two thirds of its life are over, below the same authority', async () => {
    await ensure();
    const authority = read('caCert');
    expect(await ensure(daysLater(61))).toEqual(['leaf']);
    expect(read('caCert')).toBe(authority);
    expect(await ensure(daysLater(61))).toEqual([]);
  });

  it('are all new when the authority is old', async () => {
    await ensure();
    expect(await ensure(daysLater(300))).toEqual(['authority', 'leaf']);
    expect(await ensure(daysLater(300))).toEqual([]);
  });

  it('get a new leaf for another name, and for a broken file', async () => {
    await ensure();
    expect(await ensure(now, [...names, 'injector'])).toEqual(['leaf']);
    writeFileSync(ownFiles(folder).key, 'broken');
    expect(await ensure()).toEqual(['leaf']);
    rmSync(ownFiles(folder).caKey);
    expect(await ensure()).toEqual(['authority', 'leaf']);
  });

  it('get a new leaf when the authority was exchanged beside them', async () => {
    await ensure();
    const [cert, key] = [read('cert'), read('key')];
    rmSync(folder, { recursive: true });
    await ensure();
    writeFileSync(ownFiles(folder).cert, cert);
    writeFileSync(ownFiles(folder).key, key);
    expect(await ensure()).toEqual(['leaf']);
  });

  it('cannot be made where there is a file instead of a folder', async () => {
    writeFileSync(folder, '');
    await expect(ensure()).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
