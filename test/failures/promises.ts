// The promises of every sidecar, which docs/failures.md shows.
import type { Promises } from './failures.ts';
import { ambassadorPromises } from './promises/ambassador.ts';
import { configPromises } from './promises/config.ts';
import { gitPromises } from './promises/git.ts';
import { httpsPromises } from './promises/https.ts';
import { logsPromises } from './promises/logs.ts';
import { metricsPromises } from './promises/metrics.ts';
import { servePromises } from './promises/serve.ts';
import { topzPromises } from './promises/topz.ts';

export const promises = {
  ambassador: ambassadorPromises,
  config: configPromises,
  git: gitPromises,
  https: httpsPromises,
  logs: logsPromises,
  metrics: metricsPromises,
  serve: servePromises,
  topz: topzPromises,
} satisfies Readonly<Record<string, Promises>>;

export type Sidecar = keyof typeof promises;
