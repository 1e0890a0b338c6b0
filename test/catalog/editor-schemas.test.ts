// The schemas for editors, as fastify checks with them: they take every template of the repository, and refuse wrong
// ones.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fastify from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { run } from '../cli/run.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

// Fastify would otherwise remove unknown fields, add defaults and convert types before it checks.
const asIs = { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true, strictTypes: false };
const server = fastify({ ajv: { customOptions: asIs } });
for (const kind of ['template', 'policy'])
  server.post(`/${kind}`, { schema: { body: JSON.parse(read(`schemas/${kind}.json`)) } }, () => '');
afterAll(() => server.close());

/** What is wrong with an object by a schema; empty where it is fine. */
async function wrong(kind: 'template' | 'policy', object: object): Promise<string> {
  const { statusCode, json } = await server.inject({ method: 'POST', url: `/${kind}`, payload: object });
  return statusCode === 200 ? '' : json().message;
}

const files = globSync(['src/catalog/*.yaml', 'examples/templates/*.yaml'], { cwd: root });
const written = [
  ...files.map((file) => [file, read(file)] as const),
  ...['ClusterSidecarTemplate', 'SidecarTemplate'].map((kind) => {
    const flags = kind === 'SidecarTemplate' ? ['--namespaced'] : [];
    return [`template new: ${kind}`, run(['template', 'new', 'greeter', ...flags]).stdout] as const;
  }),
  ['catalog show', run(['catalog', 'show', 'git', 'topz', '-o', 'yaml']).stdout] as const,
];

it('there are templates', () => expect(files.length).toBeGreaterThan(10));

it.each(written)('%s names the schema, and is what it asks for', async (file, text) => {
  const [, url = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
  const own = join(dirname(file), url);
  expect(
    own === 'schemas/template.json' ? existsSync(join(root, own)) : /\/v\d[^/]+\/schemas\/template\.json$/.test(url),
  ).toBe(true);
  for (const document of parseAllDocuments(text)) expect(await wrong('template', document.toJS())).toBe('');
});

describe('a template', () => {
  const text = run(['template', 'new', 'greeter']).stdout;
  it.each([
    ['containers:', 'container:', 'must NOT have additional properties'],
    ['type: port', 'type: prot', 'parameters/1/type must be equal to one of the allowed values'],
    ['failurePolicy: Ignore', 'failurePolicy: ignore', 'failurePolicy must be equal to one of'],
    ['  summary: Answers every request with a text.\n', '', "must have required property 'summary'"],
    ['name: greeter', 'name: Greeter', 'metadata/name must match pattern'],
    ['kind: Cluster', 'kind: Namespaced', 'kind must be equal to one of'],
    ['cpu: 10m', 'cpu: [10m]', 'resources/cpu must be string,number,boolean'],
    ['name: index.html', 'name: Index', 'files/0/name must match pattern'],
  ])('with %j as %j is refused', async (right, other, message) => {
    expect(text).toContain(right);
    expect(await wrong('template', parse(text.replace(right, other)))).toContain(message);
  });
});

describe('a policy', () => {
  const policy = {
    ...{ apiVersion: 'sidecar.io/v1alpha1', kind: 'SidecarPolicy', metadata: { name: 'shop' } },
    spec: { namespaceSelector: { matchLabels: { team: 'shop' } }, action: 'Enforce', require: [{ sidecar: 'logs' }] },
  };
  it('is taken', async () => expect(await wrong('policy', policy)).toBe(''));
  it.each([
    [{ requires: [] }, 'must NOT have additional properties'],
    [{ action: 'enforce' }, 'action must be equal to one of'],
    [{ require: [{ sidecar: 'Logs' }] }, 'require/0/sidecar must match pattern'],
  ])('with %j is refused', async (fields, message) => {
    expect(await wrong('policy', { ...policy, spec: { ...policy.spec, ...fields } })).toContain(message);
  });
});
