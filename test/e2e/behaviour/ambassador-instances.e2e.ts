// Four ambassadors in one pod: TCP, HTTP, and TLS with an authority from a Secret, once right and once wrong.
import { describe, it } from 'vitest';
import { issueAuthority, issueLeaf } from '../../../src/certificates/issue.ts';
import { readExample } from '../pieces/example.ts';
import { inNamespace } from '../pieces/place.ts';
import { podsOf } from '../pieces/pods.ts';
import { database, serverPod, service } from '../pieces/server-pod.ts';
import { isReady } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const day = 86_400_000;

const target = givenTarget();
const namespace = 'e2e-ambassador-instances';
const name = (key: string) => `sidecar.io/ambassador-${key}`;
const annotations = {
  [name('target.api')]: `echo.${namespace}.svc:8080`,
  [name('mode.api')]: 'http',
  [name('target.vault')]: 'vault:8443',
  [name('tls.vault')]: 'true',
  [name('ca-secret.vault')]: 'vault-ca',
  [name('target.wrong')]: `vault.${namespace}.svc:8443`,
  [name('port.wrong')]: '8444',
  [name('tls.wrong')]: 'true',
  [name('tls-name.wrong')]: 'elsewhere.example.com',
  [name('ca-secret.wrong')]: 'vault-ca',
};
const echo = "require('http').createServer((q, r) => r.end(q.headers.host)).listen(8080)";
const vault =
  "require('https').createServer({ cert: process.env.CERT, key: process.env.KEY }, (q, r) => r.end('gold')).listen(8443)";

/** The servers, their Services, and the Secret with the authority of the one that speaks TLS. */
async function servers(): Promise<readonly object[]> {
  const now = new Date();
  const authority = await issueAuthority({ commonName: 'authority', life: 2 * day, now });
  const names = [`vault.${namespace}.svc.cluster.local`];
  const { cert, key } = await issueLeaf(authority, { commonName: 'vault', life: day, now, names });
  return [
    ...[database('cache'), service('cache', 6379, { selector: { edition: 'cache' } })],
    ...[serverPod('echo', echo), service('echo', 8080, { selector: { edition: 'echo' } })],
    ...[
      serverPod('vault', vault, { CERT: cert, KEY: key }),
      service('vault', 8443, { selector: { edition: 'vault' } }),
    ],
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'vault-ca' }, stringData: { 'ca.crt': authority.cert } },
  ];
}

describe('several ambassadors in one pod', () => {
  it('each leads where its annotation says, and TLS to the wrong name leads nowhere', { timeout: 900_000 }, () =>
    inNamespace(target, namespace, async () => {
      await target.apply(namespace, ...(await servers()), ...readExample('ambassador.yaml', '', annotations).objects);
      const ready = async () =>
        (await podsOf(target, namespace)).find((pod) => pod.metadata.name.startsWith('greeter') && isReady(pod));
      const pod = await until('the app is Ready', ready, { seconds: 180, every: 1000 });

      /** What a program in the app's container is answered. */
      const answer = (url: string) => {
        const script = `fetch('${url}').then((r) => r.text(), (e) => e.message).then(console.log)`;
        return target.kubectl(['exec', '-n', namespace, pod.metadata.name, '-c', 'app', '--', 'node', '-e', script]);
      };
      const untilAnswered = (url: string, text: string) =>
        until(`${url} says ${text}`, async () => (await answer(url)) === `${text}\n` || undefined, { seconds: 180 });
      await untilAnswered('http://localhost:8080', 'cache');
      await untilAnswered('http://localhost:28080', `echo.${namespace}.svc:8080`);
      await untilAnswered('http://localhost:8443', 'gold');
      await untilAnswered('http://localhost:8444', 'fetch failed');
      const logs = ['logs', '-n', namespace, pod.metadata.name, '-c', 'sidecar-ambassador-wrong'];
      const reason = async () => {
        if ((await target.kubectl(logs)).includes('certificate verify failed')) return true;
        await answer('http://localhost:8444'); // until now the name may not have been known
        return undefined;
      };
      await until('the log says why', reason, { seconds: 180 });
    }),
  );
});
