import type { Writable } from 'node:stream';
import type { Say } from '../kit/log.ts';
import type { Output } from './entry.ts';
import { toElasticsearch } from './outputs/elasticsearch.ts';
import { toLoki } from './outputs/loki.ts';
import { toOtlp } from './outputs/otlp.ts';
import { toHttp } from './outputs/plain-http.ts';
import { recordWriter } from './outputs/record.ts';
import { toStream } from './outputs/stream.ts';
import { toSyslog } from './outputs/syslog.ts';
import { postTo, withPath } from './post.ts';
import { pairs, type Settings } from './settings.ts';

/** The way to the receiver that is asked for. An address without a path gets the one that such receivers have. */
export function openOutput(settings: Settings, stream: Writable, say: Say): Output {
  const { to, url, format, index } = settings;
  const labels = pairs(settings.label);
  const write = recordWriter(format, labels);
  if (url === undefined || to === 'stdout') return toStream(stream, write);
  const post = (path: string) => postTo(withPath(url, path), pairs(settings.header), settings, say);
  switch (to) {
    case 'loki':
      return toLoki(post('/loki/api/v1/push'), labels);
    case 'elasticsearch':
      return toElasticsearch(post(`/${index}/_bulk`), labels);
    case 'otlp':
      return toOtlp(post('/v1/logs'), labels, say);
    case 'http':
      return toHttp(post('/'), format, write);
    case 'syslog':
      return toSyslog(url, labels, settings, say);
  }
}
