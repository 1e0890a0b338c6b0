// What `sidecar check -o sarif` prints, by the schema of SARIF 2.1.0.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { cacheDirectory } from '../cluster/cache.ts';
import { policyObject } from '../policy/policy.ts';
import { collisions } from '../problems/collisions.ts';
import { parameterProblems } from '../problems/parameter-problems.ts';
import { valueProblems } from '../problems/problem-cases.ts';
import { singleProblems } from '../problems/single.ts';
import { run } from './run.ts';

/** From a package that has it. It is kept in the cache of the test clusters. */
function schemaOfSarif(): object {
  const kept = join(cacheDirectory(), 'sarif-2.1.0.json');
  if (!existsSync(kept)) {
    const work = mkdtempSync(`${kept}-`);
    try {
      const pack = ['pack', '--silent', '@microsoft/jest-sarif@1.0.0-beta.0', '--pack-destination', work];
      const archive = join(work, execFileSync('npm', pack, { encoding: 'utf8', timeout: 300_000 }).trim());
      const text = execFileSync('tar', ['-xzOf', archive, 'package/lib/schemas/sarif-2.1.0-rtm.5.json']);
      writeFileSync(join(work, 'schema.json'), text);
      renameSync(join(work, 'schema.json'), kept);
    } finally {
      rmSync(work, { recursive: true });
    }
  }
  // It is of draft 4, and means the same in draft 7 without these two.
  const { $schema, id, ...schema } = JSON.parse(readFileSync(kept, 'utf8'));
  return schema;
}

const pods = Object.fromEntries(
  [...singleProblems, ...valueProblems, ...parameterProblems, ...collisions].map(({ pod }, i) => [
    `k/pod-${String(i).padStart(3, '0')}.yaml`,
    stringify(pod),
  ]),
);
const files = {
  ...pods,
  'k/policy.yaml': stringify(policyObject('shop', { require: [{ sidecar: 'gti' }] })),
  'k/template.yaml': run(['template', 'new', 'greeter']).stdout.replace('type: port', 'type: prot'),
};

it('is SARIF, with a page about each rule', async () => {
  const { stdout } = run(['check', '-f', 'k', '-o', 'sarif'], { files });
  const log = JSON.parse(stdout);
  const server = fastify({
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, strict: false, unicodeRegExp: false } },
  });
  server.post('/', { schema: { body: schemaOfSarif() } }, () => 'valid');
  const answer = (payload: object) => server.inject({ method: 'POST', url: '/', payload });
  expect((await answer(log)).body).toBe('valid');
  expect((await answer({ ...log, runs: [{ tools: [] }] })).statusCode).toBe(400);
  await server.close();
  const headings = [...readFileSync('docs/problems.md', 'utf8').matchAll(/^#+ (\S+)$/gm)].map(([, name]) => name);
  const rules: { helpUri: string }[] = log.runs[0].tool.driver.rules;
  expect(rules.length).toBeGreaterThan(20);
  for (const { helpUri } of rules) expect(headings).toContain(helpUri.split('#')[1]);
});

it('names the line and the column at which the text of each problem begins', () => {
  const { stdout } = run(['check', '-f', 'k', '-o', 'json'], { files: pods });
  const findings: { file: string; line: number; column: number; path: string; code: string }[] = JSON.parse(stdout);
  expect(new Set(findings.map(({ code }) => code)).size).toBeGreaterThan(20);
  const elsewhere = findings.filter(({ file, line, column, path }) => {
    const text = pods[file]?.split('\n')[line - 1]?.slice(column - 1) ?? '';
    const [, key = path.split('.').at(-1) ?? ''] = /\['([^']+)'\]$/.exec(path) ?? [];
    return !/\[\d+\]$/.test(key) && !text.startsWith(key);
  });
  expect(elsewhere).toEqual([]);
});
