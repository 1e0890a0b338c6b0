import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificatesIn } from '../../src/certificates/bundle.ts';
import { folderStore, ownFiles } from '../../src/certificates/own-folder.ts';
import { readCertificate } from '../../src/certificates/pair.ts';
import { makeCertificates, type OwnCertificateEvents } from '../../src/certificates/serving.ts';
import { createTrust } from '../../src/certificates/trust.ts';
import { lifetimes, made, nothing } from './steps.ts';

const names = ['localhost', '127.0.0.1', '::1', 'fd00::1:2'];
let folder: string;
let stop = () => {};
let whys: string[];
let failures: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'own-')), 'certs');
  [whys, failures] = [[], []];
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});

const read = (file: keyof ReturnType<typeof ownFiles>) => readFileSync(ownFiles(folder)[file], 'utf8');
const events: OwnCertificateEvents = {
  use: () => {},
  written: (why) => void whys.push(why),
  failed: (message) => void failures.push(message),
};

async function start(wanted = names) {
  const trust = createTrust(0);
  trust.onAuthorities(trust.registered);
  const certificates = await makeCertificates({ store: folderStore(folder), trust, names: wanted, lifetimes }, events);
  stop = certificates.stop;
  return { ...certificates, trust };
}

describe('a folder of certificates', () => {
  it('keeps what is written, keys for their owner only, and has nothing before that', async () => {
    const store = folderStore(folder);
    expect(await store.read()).toEqual({ material: nothing, version: undefined, wish: undefined });
    const material = await made();
    expect(await store.write(material, undefined)).toBe(true);
    expect(await store.read()).toMatchObject({ material });
    expect(readdirSync(folder).sort()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
    for (const key of ['caKey', 'key'] as const) expect(statSync(ownFiles(folder)[key]).mode & 0o777).toBe(0o600);
  });

  it('gets certificates at the first start, which later ones keep', async () => {
    const { pair, ready, trust } = await start();
    expect([ready(), pair(), trust.authorities()]).toEqual([
      undefined,
      { cert: read('cert'), key: read('key') },
      read('caCert'),
    ]);
    expect(readCertificate(pair().cert)?.names).toHaveLength(names.length);
    stop();
    expect((await start()).pair()).toEqual(pair());
    stop();
    expect((await start([...names, 'injector'])).pair()).not.toEqual(pair());
    expect(whys).toHaveLength(2);
    expect(failures).toEqual([]);
  });

  it('is repaired: by the server that runs as it was, at a start anew', async () => {
    const { pair } = await start();
    writeFileSync(ownFiles(folder).key, 'broken');
    // The folder was not there to be watched when the server started.
    await expect.poll(() => read('key'), { timeout: 60_000 }).toBe(pair().key);
    stop();
    rmSync(ownFiles(folder).caKey);
    const { pair: next, ready, trust } = await start();
    // Below a new authority, which clients are told first.
    await expect.poll(next, { timeout: 60_000 }).not.toEqual(pair());
    expect(certificatesIn(trust.authorities())).toHaveLength(2);
    expect([ready(), read('caCert')]).toEqual([undefined, trust.authorities()]);
  });

  it('that cannot be written is reported, and the server is not ready', async () => {
    writeFileSync(folder, '');
    const { ready, pair } = await start();
    expect(ready()).toMatch(/^There is no certificate/);
    expect(readCertificate(pair().cert)).toBeDefined();
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/EEXIST|ENOTDIR/);
  });
});
