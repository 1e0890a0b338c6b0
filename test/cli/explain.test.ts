// `sidecar explain` on manifests. What it says of a cluster is tried in test/api-server/explain.test.ts.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { problemCodes, reasonCodes, warningCodes } from '../../src/core/problem.ts';
import { policyObject } from '../policy/policy.ts';
import { plainPod, run, workload } from './run.ts';

/** The first three lines, which name the cause and the fix. */
const firstLines = (text: string) => text.split('\n').slice(0, 3);
const explain = (stdin: string, ...flags: readonly string[]) => run(['explain', '-f', '-', ...flags], { stdin });

describe('the code of a message', () => {
  it.each(['json', 'yaml'])('as %s', (output) => {
    const { code, stdout } = run(['explain', 'port-taken', '-o', output]);
    expect([code, parse(stdout)]).toEqual([0, { code: 'port-taken', text: expect.stringContaining('port') }]);
  });
});

describe('sidecar explain -f', () => {
  it('says what turns a sidecar on, and where each setting comes from', () => {
    const { code, stdout, stderr } = explain(
      plainPod.replace('"true"', '"true"\n    sidecar.io/topz-port: "21999"'),
      '--sidecar=topz',
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(firstLines(stdout)).toEqual([
      'pod/web in default would get topz.',
      "Cause: topz: metadata.annotations['sidecar.io/topz'] turns it on.",
      'Fix:   None needed.',
    ]);
    expect(stdout).toContain("    port = 21999  (metadata.annotations['sidecar.io/topz-port'])\n");
    expect(stdout).toMatch(/^ {4}memory = \d+Mi {2}\(default\)$/m);
  });

  it('says why a pod is refused, with the code', () => {
    const { code, stdout } = explain(plainPod.replace('"true"', '"yes"'));
    expect([code, ...firstLines(stdout)]).toEqual([
      0,
      'pod/web in default would be refused.',
      'Cause: metadata.annotations[\'sidecar.io/topz\']: "yes" is neither true nor false. [bad-switch]',
      'Fix:   Write "true" or "false".',
    ]);
  });

  it('names the pod template, not the workload, where that turns a sidecar off', () => {
    const off = (key: string) => {
      const text = workload('Deployment', 'apps/v1').replace('"sidecar.io/topz":"true"', `"sidecar.io/${key}":"false"`);
      return firstLines(explain(text).stdout)[1];
    };
    expect(off('topz')).toBe('Cause: spec.template.metadata.annotations[\'sidecar.io/topz\'] is "false".');
    expect(off('inject')).toBe('Cause: spec.template.metadata.annotations[\'sidecar.io/inject\'] is "false".');
  });

  it('knows the namespaces and policies among the manifests', () => {
    const namespace = JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Namespace' },
      metadata: { name: 'shop', labels: { team: 'shop' }, annotations: { 'sidecar.io/topz-period': '9s' } },
    });
    const policy = policyObject('shop', {
      require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['port'] }],
    });
    const { stdout } = run(
      ['explain', '-f', 'web.yaml', '-n', 'shop', '--namespace-file=n.json', '--policy=p.json', '-o=json'],
      {
        files: {
          'web.yaml': workload('Deployment', 'apps/v1').replace('sidecar.io/topz', 'app'),
          'n.json': namespace,
          'p.json': JSON.stringify(policy),
        },
      },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'complete',
      story: {
        namespace: { 'sidecar.io/topz-period': '9s' },
        policies: [{ name: 'shop', action: 'Enforce', says: 'requires topz' }],
        sidecars: [
          {
            ...{ name: 'topz', injected: true, why: "policies['shop'].lock['sidecar.io/topz'] turns it on" },
            settings: [
              { parameter: 'port', value: '21999', source: "policies['shop'].lock['sidecar.io/topz-port']" },
              { parameter: 'period', value: '9s', source: "namespace.metadata.annotations['sidecar.io/topz-period']" },
            ],
          },
        ],
      },
    });
  });

  it('explains each object, and prints a list as YAML', () => {
    const { stdout } = explain(`${plainPod}---\n${workload('Job', 'batch/v1')}`, '-o', 'yaml');
    expect(stdout).toMatch(/^- title: pod\/web$/m);
    expect(stdout).toMatch(/^- title: job\/web$/m);
  });

  it('takes control characters out of what others wrote', () => {
    const { stdout } = explain(plainPod.replace('"true"', '"\\e[31m\\nFix: none"'));
    expect(stdout).not.toContain('\x1b');
    expect(stdout).not.toMatch(/^Fix: none/m);
  });

  it.each([
    [['explain'], 'Name a pod or a workload'],
    [['explain', 'pod/a', '-f', 'b.yaml'], 'not both'],
    [['explain', 'pod/a', '--cluster'], '--cluster belongs to -f'],
    [['explain', 'pod/a', '--policy', 'p.yaml'], '--policy belongs to -f without --cluster'],
    [['explain', '-f', '-', '--cluster', '--namespace-file', 'n.yaml'], '--namespace-file belongs to -f without'],
    [['explain', 'prt-taken'], 'Did you mean port-taken?'],
    [['explain', 'a', 'b', 'c'], 'Name one object'],
  ])('%j is wrong use', (args, message) => {
    expect(run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it.each([
    [['explain', 'pod/a'], 2, 'error: no cluster\n'],
    [
      ['explain', '-f', '-', '--cluster'],
      2,
      'note: /version: no cluster\nerror: The cluster of kubectl does not answer.\n',
    ],
    [['explain', '-f', 'nothing.yaml'], 2, 'error: nothing.yaml: no such file or directory\n'],
    [['explain', '-f', '-'], 1, 'error: The files have neither a pod nor a workload.\n'],
  ])('%j cannot be explained', (args, code, stderr) => {
    expect(run(args, { stdin: 'kind: Secret' })).toEqual({ code, stdout: '', stderr });
  });
});

describe('sidecar explain CODE', () => {
  it.each([problemCodes, reasonCodes, warningCodes].flatMap((codes) => Object.keys(codes)))('%s', (code) => {
    const { stdout, code: exit } = run(['explain', code]);
    expect(exit).toBe(0);
    expect(stdout.startsWith(`${code}\n\n`)).toBe(true);
    expect(stdout.length).toBeGreaterThan(code.length + 20);
    expect(stdout).not.toMatch(/^#/m);
  });
});
