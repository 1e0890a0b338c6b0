// What a real API server passes on: our audit annotations into its audit log, and its traces into our log.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { authority, type RunningServer, startServer } from '../server/running-server.ts';
import { register, untilAsked } from './setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracing-'));
let cluster: ControlPlane;
let server: RunningServer;
beforeAll(async () => {
  const tracing = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'TracingConfiguration' };
  writeFileSync(join(folder, 'tracing.json'), JSON.stringify({ ...tracing, samplingRatePerMillion: 1_000_000 }));
  const extraApiServerArgs = [`--tracing-config-file=${join(folder, 'tracing.json')}`];
  [cluster, server] = await Promise.all([startControlPlane({ extraApiServerArgs }), startServer()]);
  await register(cluster, 'injector', `https://127.0.0.1:${server.port}/mutate`, authority.cert);
  await untilAsked(cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await server?.drain({ delay: 0, bound: 1000 });
  await cluster?.stop();
  rmSync(folder, { recursive: true });
});

async function create(name: string, annotations: Record<string, string>) {
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations } },
    spec: { containers: [{ name: 'app', image: 'app' }] },
  };
  await cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(pod) });
  const { annotations: stored = {} } = cluster.auditEvents().find(({ objectRef }) => objectRef?.name === name) ?? {};
  const entry = 'injector.example.com/';
  return Object.fromEntries(
    Object.entries(stored).flatMap(([key, value]) => (key.startsWith(entry) ? [[key.slice(entry.length), value]] : [])),
  );
}

it('the audit log has the decision about each pod', async () => {
  const two = { 'sidecar.io/topz': 'true', 'sidecar.io/git-repo': 'https://h/r', 'sidecar.io/git-path': '/www' };
  expect(await create('two', two)).toEqual({ decision: 'injected', sidecars: 'git topz' });
  const wrong = { 'sidecar.io/topz': 'true', 'sidecar.io/topz-port': '80', 'sidecar.io/topzz': 'true' };
  expect(await create('wrong', wrong)).toEqual({ decision: 'refused', codes: 'unknown-annotation bad-port' });
  expect(await create('off', { 'sidecar.io/inject': 'false' })).toEqual({ decision: 'unchanged', codes: 'opted-out' });
});

it('the log has the trace of an API server that traces', async () => {
  server.lines.length = 0;
  await create('traced', { 'sidecar.io/topz': 'true' });
  await create('traced-too', { 'sidecar.io/topz': 'true' });
  const traces = server.lines.map(({ fields }) => fields.trace);
  expect(traces).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
  expect(new Set(traces).size).toBe(2);
});
