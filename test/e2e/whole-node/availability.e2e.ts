// Pods get their sidecars whatever happens to the injector, as long as one replica is up. `AVAILABILITY_SECONDS=180`
// creates pods for three minutes through each event. Where the API server makes that impossible, docs/install.md says
// why.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restartApiServer } from '../../cluster/restart-node.ts';
import { installChart, release } from '../pieces/chart.ts';
import {
  deleteAll,
  deleteRegistration,
  deleteSecret,
  drainNode,
  evictInjectors,
  injectors,
  restartInjectors,
  untilBothReady,
  untilRenewed,
  untilRotated,
} from '../pieces/injectors.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { createNamespace } from '../pieces/place.ts';
import { whileConnecting } from '../pieces/steady-handshakes.ts';
import { type Tally, whilePodsAreCreated } from '../pieces/steady-pods.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const namespace = 'e2e-availability';
const seconds = Number(process.env.AVAILABILITY_SECONDS ?? 3);
const install = (...settings: string[]) => installChart(target, 'webhook.timeoutSeconds=5', ...settings);
const uninstall = () => target.helm('uninstall', release, '-n', release, '--wait');

async function through(event: () => Promise<unknown>): Promise<Tally> {
  await untilBothReady(target);
  const tally = await whilePodsAreCreated(target, namespace, seconds, event);
  console.log(expect.getState().currentTestName, JSON.stringify(tally));
  return tally;
}

const none = { pods: 0, milliseconds: 0 };
/** Nobody noticed anything. */
const unharmed = { bare: none, refused: none, messages: [], unanswered: none };
/** Milliseconds: no pod was harmed later than this after the first one. */
const bound = 10_000;

beforeAll(async () => {
  // Without a certificate of before, which would be used to its end.
  if ((await target.helm('list', '-q', '-n', release)).includes(release)) await uninstall();
  await install('certificates.life=18s', 'certificates.caLife=54s');
  await createNamespace(target, namespace);
});
afterAll(async () => {
  await target.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  await uninstall();
  const registered = () =>
    target.kubectl(['get', 'mutatingwebhookconfiguration,validatingwebhookconfiguration', '-o', 'name']);
  const collected = async () => !(await registered()).includes(`/${release}\n`) || undefined;
  await until('the webhook configurations are collected', collected, { seconds: 60 });
});

describe('no pod is refused or bare through', () => {
  it('the renewal of the certificate, and a rotation of its CA', async () => {
    const connected = async (serial: Promise<string>) => {
      const { done, failures } = await whileConnecting(target, serial);
      expect(failures, `${done} handshakes`).toEqual([]);
    };
    expect(await through(() => connected(untilRenewed(target))), 'renewal').toMatchObject(unharmed);
    expect(await through(() => connected(untilRotated(target))), 'rotation').toMatchObject(unharmed);
  });

  it('an upgrade that changes settings, and replaces the certificate and its CA', async () => {
    expect(await through(() => install())).toMatchObject(unharmed);
  });

  it('a rolling restart', async () => {
    expect(await through(() => restartInjectors(target))).toMatchObject(unharmed);
  });

  it('the eviction of both replicas at once, which the PodDisruptionBudget makes one after the other', async () => {
    let held = 0;
    const evict = async () => {
      held = await evictInjectors(target);
    };
    expect(await through(evict)).toMatchObject(unharmed);
    expect(held).toBeGreaterThan(0);
  });

  it('the drain of the only node, which keeps its last replica', async () => {
    let said = '';
    const drain = async () => {
      said = await drainNode(target);
    };
    expect(await through(drain)).toMatchObject(unharmed);
    expect(said).toContain('disruption budget');
  });

  it('the deletion of the certificate', async () => {
    expect(await through(() => deleteSecret(target))).toMatchObject(unharmed);
  });
});

/**
 * A call to a webhook is a POST, which the API server does not repeat when its connection breaks
 * (`isErrRetryableFunc` in k8s.io/client-go/rest/request.go); and of a configuration that is deleted it knows nothing.
 */
describe('the API server makes it impossible that no pod is refused, bare or unanswered', () => {
  it('while it restarts: it answers nobody for a while', async () => {
    const { bare, refused, unanswered } = await through(() => restartApiServer(target.cluster));
    expect([bare, refused]).toEqual([none, none]);
    expect(unanswered.milliseconds).toBeLessThan(60_000);
  });

  it('after kill -9 of a replica, which it goes on calling until the endpoint is gone', async () => {
    const kill = async () => {
      const [replica] = await injectors(target);
      if (replica) await killContainer(target, replica, 'injector');
      await untilBothReady(target);
    };
    const { bare, refused, unanswered } = await through(kill);
    expect(unanswered).toEqual(none);
    expect(Math.max(bare.milliseconds, refused.milliseconds)).toBeLessThan(bound);
  });

  it('after the deletion of the webhook configurations, of which it knows nothing until they are there again', async () => {
    const { bare, refused, unanswered } = await through(() => deleteRegistration(target));
    expect([refused, unanswered]).toEqual([none, none]);
    expect(bare.milliseconds).toBeLessThan(bound);
  });

  it('after the deletion of these and of the certificate', async () => {
    const { bare, refused, unanswered } = await through(() => deleteAll(target));
    expect([refused, unanswered]).toEqual([none, none]);
    expect(bare.milliseconds).toBeLessThan(bound);
  });
});

it('no pod is bare where the chart has the API server refuse to delete the webhook configurations', async () => {
  await install('webhook.refuseDeletion=true');
  const attempt = async () => {
    await expect(deleteRegistration(target)).rejects.toThrow('delete validatingadmissionpolicybinding');
    return true;
  };
  await until('the API server refuses it', attempt, { seconds: 60 });
  expect(await through(attempt)).toMatchObject(unharmed);
});
