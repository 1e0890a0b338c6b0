import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { connect } from '../cluster/connect.ts';
import { problemText } from '../core/problem.ts';
import { buildServer } from '../server/build-server.ts';
import { readSettings, type Settings, serverHelp } from '../server/settings.ts';
import type { State } from '../state/state.ts';
import { createLog } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { expiryOf, followCertificates, obtainCertificates } from './certificates.ts';
import { isHealthy } from './check.ts';
import { followCluster } from './follow-cluster.ts';
import { onEnd } from './signals.ts';
import { ownImage, version } from './version.ts';

/** Milliseconds for answers under way after the drain delay: together less than the 30 s that a kubelet grants. */
const drainBound = 20_000;

/** Mistakes of whoever started the program: exit code 2. */
function refuse(problems: readonly string[]): never {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(2);
}

function stateOf(settings: Settings): State {
  const { catalog, problems } = loadCatalog(settings.catalog);
  if (problems.length > 0) refuse(problems.map(problemText));
  return {
    catalog,
    cluster: { version: '', nativeSidecars: settings.native !== 'false' },
    injector: { version, image: settings.image || ownImage },
    namespaces: new Map(),
    ...(settings['required-sidecars'].length > 0 ? { requiredSidecars: new Set(settings['required-sidecars']) } : {}),
  };
}

async function serve(settings: Settings): Promise<void> {
  const base = stateOf(settings);
  const kubeConfig = settings.cluster === '' ? undefined : connect(settings.cluster);
  if (kubeConfig && 'problem' in kubeConfig) return refuse([kubeConfig.problem]);
  const certificates = await obtainCertificates(settings);
  if ('problem' in certificates) return refuse([certificates.problem]);

  const { log, line, destination } = createLog(settings['log-level'], process.stdout.fd);
  const metrics = createMetrics(version);
  const cluster = kubeConfig && followCluster(kubeConfig, base, log);
  const { app, drain, useCertificate } = buildServer({
    state: cluster?.state ?? (() => base),
    log,
    line,
    metrics,
    tls: certificates.pair,
    ready: cluster?.ready ?? (() => undefined),
    clock: () => performance.now(),
  });
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'the program failed');
    destination.endSync();
    process.exit(1);
  });

  metrics.certificateUsed(expiryOf(certificates.pair));
  followCertificates(settings, certificates, {
    use(pair, notAfter) {
      useCertificate(pair);
      metrics.certificateUsed(notAfter);
      log.info({ notAfter }, 'new certificate in use');
    },
    reject(message) {
      metrics.certificateRejected();
      log.error({}, message);
    },
  });

  await app.ready();
  app.server.listen(settings.port, settings.host || undefined); // without a host Node takes IPv6 and IPv4, as the machine has them
  await once(app.server, 'listening').catch((error: NodeJS.ErrnoException) => {
    process.stderr.write(`${listenProblem(error, settings)}\n`);
    process.exit(1);
  });
  const { port } = app.server.address() as AddressInfo; // listens on TCP, so it is neither null nor the name of a pipe
  log.info({ port, version, authority: certificates.authorityFile }, `answers on https://localhost:${port}/mutate`);

  onEnd(
    async (gentle) => {
      log.info({}, gentle ? 'shutting down: no new work soon, answers what comes' : 'shutting down');
      cluster?.stop();
      await drain({ delay: gentle ? settings['drain-delay'] : 0, bound: drainBound });
      await destination.end();
      process.exit(0);
    },
    () => {
      destination.endSync();
      process.exit(1);
    },
  );
}

function listenProblem({ code, message }: NodeJS.ErrnoException, { port, host }: Settings): string {
  const place = host === '' ? `port ${port}` : `${host}:${port}`;
  if (code === 'EADDRINUSE') return `Another program listens on ${place}: choose another one with --port.`;
  if (code === 'EACCES') return `Listening on ${place} is not allowed: choose a --port of 1024 or more.`;
  return `The server cannot listen on ${place}: ${message}.`;
}

const { settings, problems } = readSettings(process.argv.slice(2), process.env);
if (settings.help) process.stdout.write(serverHelp());
else if (settings.version) process.stdout.write(`${version}\n`);
else if (problems.length > 0) refuse(problems);
else if (settings.check) process.exitCode = (await isHealthy(settings.host, settings.port)) ? 0 : 1;
else await serve(settings);
