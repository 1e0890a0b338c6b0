import { request } from 'node:https';

/** Asks the server on this machine for /healthz: true when it answers 200 within three seconds. */
export function isHealthy(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({
      host: host === '' || host === '0.0.0.0' || host === '::' ? 'localhost' : host,
      port,
      path: '/healthz',
      timeout: 3000,
      // The question is whether the server is alive, not who it is: its certificate names the Service, not localhost.
      rejectUnauthorized: false,
    });
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.on('close', () => resolve(false));
    call.end();
  });
}
