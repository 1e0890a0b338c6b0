// The yardstick over TLS: a node:https server that parses the body and answers a constant. `bare-server.ts CERT KEY PATCH`.
// The constant is the very patch (base64, in a file) that the injector gives, so that both send as much.
// Prints the port when it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

const [cert = '', key = '', patchFile = ''] = process.argv.slice(2);
const patch = readFileSync(patchFile, 'latin1');

const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { uid } = JSON.parse(Buffer.concat(chunks).toString()).request;
    const answer = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"${uid}","allowed":true,"patchType":"JSONPatch","patch":"${patch}"}}`;
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
    response.end(answer);
  });
});
server.keepAliveTimeout = 95_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
