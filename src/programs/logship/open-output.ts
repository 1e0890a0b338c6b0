import type { Writable } from 'node:stream';
import type { Output, Say } from './entry.ts';
import { toElasticsearch } from './outputs/elasticsearch.ts';
import { toLoki } from './outputs/loki.ts';
import { toOtlp } from './outputs/otlp.ts';
import { toHttp } from './outputs/plain-http.ts';
import { recordWriter } from './outputs/record.ts';
import { toStream } from './outputs/stream.ts';
import { toSyslog } from './outputs/syslog.ts';
import { postTo, withPath } from './post.ts';
import type { Settings } from './settings.ts';

/** The way to the receiver that is asked for. An address without a path gets the one that such receivers have. */
export function openOutput(settings: Settings, stream: Writable, say: Say): Output {
  const { to, url, format, headers, labels, secrets, index } = settings;
  const post = (path: string) => postTo(withPath(url, path), headers, secrets);
  switch (to) {
    case 'loki':
      return toLoki(post('/loki/api/v1/push'), labels);
    case 'elasticsearch':
      return toElasticsearch(post(`/${index}/_bulk`), labels);
    case 'otlp':
      return toOtlp(post('/v1/logs'), labels, say);
    case 'http':
      return toHttp(post('/'), format, recordWriter(format, labels));
    case 'syslog':
      return toSyslog(url, labels, secrets);
    case 'stdout':
      return toStream(stream, recordWriter(format, labels));
  }
}
