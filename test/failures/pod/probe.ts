// Probes, as the kubelet makes them.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import type { Container } from './container.ts';
import type { Probe } from './rendered.ts';

/** Whether the probe of a container passes now. */
export async function passes(container: Container, { exec, httpGet, tcpSocket }: Probe): Promise<boolean> {
  if (exec) return (await container.exec(exec.command)).code === 0;
  if (httpGet) return (await statusOf(httpGet)) < 400;
  return tcpSocket === undefined || (await accepts(tcpSocket.port));
}

/** The status of an answer, whoever signed the certificate. */
function statusOf({ path, port, scheme }: NonNullable<Probe['httpGet']>): Promise<number> {
  const request = scheme === 'HTTPS' ? requestHttps : requestHttp;
  const options = { host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false, timeout: 5000 };
  return new Promise((resolve) => {
    const outgoing = request(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 599);
    });
    outgoing.on('timeout', () => outgoing.destroy()).on('error', () => resolve(599));
    outgoing.end();
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.destroy());
    socket.on('close', (failed) => resolve(!failed));
    socket.on('error', () => {});
  });
}
