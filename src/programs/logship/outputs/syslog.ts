import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Say } from '../../kit/log.ts';
import type { SecretFolders } from '../credentials.ts';
import type { Entry, Labels, Output } from '../entry.ts';
import { createCertificates } from '../tls.ts';
import { isoTime } from './record.ts';

/** Facility local0, severity informational. */
const priority = 16 * 8 + 6;

/**
 * Syslog messages of RFC 5424 over TCP or TLS, each with its length in front (RFC 6587), so entries of several lines
 * stay whole. The protocol knows no receipt: what was under way when a connection breaks, nobody can tell.
 */
export function toSyslog(
  url: URL,
  labels: Labels,
  { timeout, ...secrets }: SecretFolders & { readonly timeout: number },
  say: Say,
): Output {
  const certificates = createCertificates(secrets, say);
  const secure = url.protocol === 'tls:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port === '' ? (secure ? 6514 : 514) : url.port);
  let socket: Socket | undefined;

  function close(): void {
    socket?.end();
    socket = undefined;
  }

  function connect(): Promise<Socket> {
    if (socket && !socket.destroyed && socket.writable && socket.readyState === 'open') return Promise.resolve(socket);
    socket?.destroy();
    return new Promise((resolve, reject) => {
      const name = isIP(host) ? {} : { servername: host };
      const fresh = secure
        ? connectTls({ host, port, ...name, secureContext: certificates.current() })
        : connectTcp({ host, port });
      fresh.setTimeout(timeout, () => fresh.destroy(new Error(`no connection in ${timeout / 1000} s`)));
      fresh.once('error', reject).on('error', () => fresh.destroy());
      // The receiver says nothing but the end.
      fresh.on('end', () => fresh.destroy()).resume();
      fresh.once(secure ? 'secureConnect' : 'connect', () => {
        fresh.setTimeout(0).setKeepAlive(true, 30_000).setNoDelay(true);
        socket = fresh;
        resolve(fresh);
      });
    });
  }

  return {
    async send(entries) {
      const messages = Buffer.concat(entries.map((entry) => framed(message(entry, labels))));
      const way = await connect();
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => way.destroy(new Error('the receiver does not read')), timeout);
        way.write(messages, (error) => {
          clearTimeout(late);
          if (error) reject(error);
          else resolve();
        });
      });
      return { kind: 'taken' };
    },
    close,
  };
}

function framed(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}

function message({ time, text, file }: Entry, labels: Labels): string {
  const name = (value: string | undefined, longest: number) => value?.replace(/[^!-~]/g, '_').slice(0, longest) || '-';
  const data = [...labels, ['file', file] as const].map(
    ([key, value]) => `${key}="${value.replace(/["\\\]]/g, '\\$&')}"`,
  );
  const app = name(labels.get('app') ?? labels.get('container'), 48);
  // 32473 is the number for those that have none. Source: RFC 5612.
  const structured = `[pod@32473 ${data.join(' ')}]`;
  return `<${priority}>1 ${isoTime(time)} ${name(labels.get('pod'), 255)} ${app} - - ${structured} ${text}`;
}
