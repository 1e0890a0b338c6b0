import { type CertificatePair, readAuthority } from '../certificates/pair.ts';
import { expiryOf } from '../certificates/serving.ts';
import { connect } from '../cluster/connect.ts';
import { problemText } from '../core/problem.ts';
import { hasMissedSignal } from '../programs/kit/missed-signal.ts';
import { buildServer } from '../server/build-server.ts';
import { listen } from '../server/listen.ts';
import { registrationOf, type Settings } from '../server/settings.ts';
import { onEnd } from '../server/signals.ts';
import { createLog } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { declaredKinds } from '../workload/declared.ts';
import { checkWorkloads } from './check-workloads.ts';
import { debugState } from './debug-state.ts';
import { openEvents } from './events.ts';
import { findTemplateUsers } from './find-template-users.ts';
import { followCluster } from './follow-cluster.ts';
import { keepPolicies } from './keep-policies.ts';
import { loadCatalog } from './load-catalog.ts';
import { openCertificates, openTrust } from './open-certificates.ts';
import { type Registered, register } from './register.ts';
import { endStart } from './small-start.ts';
import { ownImage, version } from './version.ts';

/** Milliseconds for answers under way after the drain delay: together less than the 30 s that a kubelet grants. */
const drainBound = 20_000;

/** Milliseconds after the server listens, in which a small cluster becomes known. */
const startBound = 1000;

/** Runs the webhook until a signal ends it. Exit codes: 2 for wrong settings, 1 for a failure. */
export async function runServer(settings: Settings): Promise<void> {
  const { catalog, problems } = loadCatalog(settings.catalog);
  if (problems.length > 0) return exit(2, problems.map(problemText).join('\n'));
  const workloads = declaredKinds(settings.workloads);
  if (workloads.problems.length > 0) return exit(2, workloads.problems.map((each) => `--workloads ${each}`).join('\n'));
  const kubeConfig = settings.cluster === '' ? undefined : connect(settings.cluster);
  if (kubeConfig && 'problem' in kubeConfig) return exit(2, kubeConfig.problem);
  const clientCa = settings['client-ca'] === '' ? undefined : readAuthority(settings['client-ca']);
  if (clientCa && 'problem' in clientCa) return exit(2, `${clientCa.problem} Check --client-ca.`);

  const { log, end } = createLog(settings['log-level'], process.stdout.fd);
  const metrics = createMetrics(version);
  const registration = registrationOf(settings);
  const trust = openTrust(settings);
  // Where somebody else registers the webhook and tells clients of the authorities, they count as registered.
  if (!registration) trust.onAuthorities(trust.registered);
  let useCertificate: ((pair: CertificatePair) => void) | undefined;
  const certificates = await openCertificates(settings, kubeConfig, trust, {
    use(pair) {
      useCertificate?.(pair);
      const notAfter = expiryOf(pair);
      metrics.certificateUsed(notAfter);
      log.info({ notAfter }, 'new certificate in use');
    },
    written: (why) => log.info({ why }, 'certificates were written'),
    rejected(message) {
      metrics.certificateRejected();
      log.error({}, message);
    },
    failed(message) {
      metrics.certificatesFailed();
      log.error({}, message);
    },
  });
  if ('problem' in certificates) return exit(2, certificates.problem);
  const base = {
    catalog,
    cluster: {
      ...{ version: '', nativeSidecars: settings.native !== 'false' },
      assignsUsers: settings.users === 'cluster',
    },
    injector: { version, image: settings.image || ownImage },
    namespaces: new Map(),
    policies: [],
    workloads: workloads.kinds,
    ...(settings['required-sidecars'].length > 0 ? { requiredSidecars: new Set(settings['required-sidecars']) } : {}),
  };
  const cluster =
    kubeConfig &&
    followCluster({
      ...{ kubeConfig, base, native: settings.native, lease: settings.lease, owner: settings['registration-owner'] },
      ...{ log, metrics: metrics.cluster },
    });
  const events = kubeConfig && settings.events === 'true' ? openEvents(kubeConfig, log, metrics.event) : undefined;
  let registered: Registered | undefined;
  let settingProblems = (): readonly string[] => [];
  const { app, drain, ...server } = buildServer({
    ...{ log, metrics, tls: certificates.pair(), clock: () => performance.now() },
    clientCa: clientCa?.cert,
    state: cluster?.state ?? (() => base),
    known: () => cluster?.ready(),
    ready: () => certificates.ready() ?? cluster?.ready() ?? registered?.problem(),
    lookUp: cluster?.lookUp,
    events: events?.report,
    debug:
      settings.debug === 'true'
        ? () =>
            debugState({
              ...{ version, cluster, events, registered },
              pair: certificates.pair(),
              settingProblems: settingProblems(),
            })
        : undefined,
    templateUsers: kubeConfig && settings['template-users'] === 'true' ? findTemplateUsers(kubeConfig) : undefined,
  });
  useCertificate = server.useCertificate;
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'the program failed');
    void end().then(() => process.exit(1));
  });

  const listening = await listen(app, settings);
  if ('problem' in listening) return exit(1, listening.problem);
  const { port } = listening;
  setTimeout(endStart, startBound).unref();
  if (kubeConfig && cluster && registration)
    registered = register({
      ...{ kubeConfig, cluster, registration, log, trust },
      owner: settings['registration-owner'],
    });
  const policies =
    kubeConfig && cluster && registration && registered
      ? keepPolicies({
          ...{ kubeConfig, cluster, registration, registered, log, metrics: metrics.cluster },
          ...{ most: settings['most-policies'], manage: settings['manage-policies'] === 'true' },
          injects: settings['inject-policies'] === 'true',
          ...{ countEvery: settings['count-pods'] },
        })
      : undefined;
  const checked = cluster && checkWorkloads(workloads.declared, cluster.api, { log, metrics: metrics.cluster });
  settingProblems = () => [
    ...(checked?.problems() ?? []),
    ...(policies?.leftBindings() ?? []).map((name) => `The binding ${name} is beyond policies.most.`),
  ];
  log.info({ port, version }, `answers on https://localhost:${port}/mutate`);

  const missed = hasMissedSignal();
  onEnd(
    async (graceful) => {
      log.info({}, graceful ? 'shutting down after the drain delay' : 'shutting down');
      registered?.stop();
      certificates.stop();
      policies?.stop();
      checked?.stop();
      const released = cluster?.stop();
      await drain({ delay: graceful ? settings['drain-delay'] : 0, bound: drainBound });
      await Promise.all([released, events?.end()]);
      await end();
      process.exit(0);
    },
    () => void end().then(() => process.exit(1)),
  );
  if (missed) process.kill(process.pid, 'SIGTERM');
}

function exit(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
