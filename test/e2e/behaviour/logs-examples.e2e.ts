// S11: lines that an app writes into a file arrive where logs are kept: each once, and the last ones before the end
// too.
import { describe, expect, it, type TaskMeta } from 'vitest';
import { census } from '../../programs/logship/receiver.ts';
import { forms, logsCase, namespaceOf, type Row, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { startLogReceiver } from '../pieces/log-receiver.ts';
import { inNamespace } from '../pieces/place.ts';
import { podsOf, statusOf } from '../pieces/pods.ts';
import { isReady, type Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { expectUntouched } from '../pieces/untouched.ts';
import { givenTarget } from '../target.ts';

type Line = Pick<Row, 'form' | 'webhook'>;

const target = givenTarget();
const places = webhooks.filter((place) => place === 'inside' || target.host !== undefined);
const lines = forms.flatMap((form) => places.map((webhook): Line => ({ form, webhook })));
const sidecar = 'sidecar-logs';

const asked = ({ form, webhook }: Line): Record<string, string> =>
  form === 'classic' && webhook === 'inside' ? { 'sidecar.io/logs-native': 'false' } : {};

function expectForm({ spec }: Pod, { form }: Line): void {
  const inits = (spec.initContainers ?? []).map(({ name }) => name);
  const containers = spec.containers.map(({ name }) => name);
  expect([inits, containers]).toEqual(form === 'native' ? [[sidecar], ['app']] : [[], ['app', sidecar]]);
}

async function ships(line: Line, meta: TaskMeta, namespace: string): Promise<void> {
  meta.row = { name: logsCase, ...line, program: 'logship' };
  const receiver = await startLogReceiver(target, namespace);
  const arrives = (text: string) =>
    until(`"${text}" arrives`, async () => (await receiver.lines()).includes(text) || undefined, {
      seconds: 180,
      every: 250,
    });
  try {
    const example = readExample('logs.yaml', '', asked(line));
    await target.apply(namespace, ...example.objects);
    const ready = async () =>
      (await podsOf(target, namespace)).find((pod) => pod.metadata.name === 'till' && isReady(pod));
    const pod = await until('the app is Ready', ready, { seconds: 180, every: 1000 });
    expectForm(pod, line);
    await expectUntouched(target, pod, example.template, ['/var/log/till']);
    await arrives('customer 3\n');
    const file = '/var/log/till/till.log';
    const labels = { namespace, pod: 'till', app: 'till', team: 'web', file, node: expect.stringMatching(/./) };
    expect(await receiver.labels()).toEqual(labels);

    const before = await statusOf(target, pod, 'app');
    // What the receiver has taken when the sidecar dies is sent again if that was not noted yet: then nothing may be
    // under way.
    const log = () => target.kubectl(['logs', '-n', namespace, 'till', '-c', sidecar]);
    const refusals = async () => (await log()).split('the receiver does not take lines').length;
    const former = await refusals(); // as before the name of the receiver was known
    await receiver.take(false);
    const waits = async () => (await refusals()) > former || undefined;
    await until('the sidecar waits', waits, { seconds: 180, every: 250 });
    const known = (await receiver.lines()).split('\n').length;
    await killContainer(target, pod, sidecar);
    await receiver.take(true);
    await arrives(`customer ${known + 2}\n`);
    const { containerID, restartCount } = await statusOf(target, pod, 'app');
    expect({ containerID, restartCount }).toEqual({ containerID: before.containerID, restartCount: 0 });

    await target.kubectl(['delete', 'pod', '-n', namespace, 'till', '--wait=false']);
    await arrives('closed after ');
    const [all = '', last = ''] = (await receiver.lines()).split('closed after ');
    const count = Number.parseInt(last, 10);
    expect(last).toBe(`${count} customers\n`);
    expect(census(all, count)).toEqual({ lines: count, missing: [], twice: [] });
  } finally {
    receiver.close();
  }
}

describe.concurrent('what the app writes into files', () => {
  for (const line of lines) {
    const { form, webhook } = line;
    it(
      `${logsCase} (logs.yaml), ${form}, webhook ${webhook}: arrives, each line once, also over a kill, to the very last one`,
      { timeout: 900_000 },
      ({ task }) =>
        inNamespace(target, namespaceOf(logsCase, form, webhook), (namespace) => ships(line, task.meta, namespace)),
    );
  }
});
