import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyObject } from '../policy/policy.ts';
import { plainPod, run } from './run.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    sidecar.io/topz: "true"
spec:
  template:
    metadata:
      annotations:
        sidecar.io/gti-repo: x
        sidecar.io/topz: yes
    spec:
      containers:
        - name: web
`;
const template = `---
apiVersion: sidecar.io/v1alpha1
kind: ClusterSidecarTemplate
metadata:
  name: greeter
spec:
  summary: Says hello.
  failurePolicy: Ignroe
  image: example.com/hello:1
  containers:
    - name: \${ instance.id }
      securityContext: { runAsUser: 1000 }
`;
const policy = `---
apiVersion: sidecar.io/v1alpha1
kind: SidecarPolicy
metadata:
  name: p
spec:
  namespaceSelector: {}
  action: Enforce
  require:
    - sidecar: gti
`;
const files = { 'k/web.yaml': deployment, 'k/more/own.yaml': template + policy };
const check = (...flags: readonly string[]) => run(['check', ...flags], { files });

describe('sidecar check', () => {
  it('finds problems of manifests, templates and policies, with file, line and column', () => {
    const { code, stdout, stderr } = check('-f', 'k');
    const lines = [...stdout.matchAll(/^(\S+:\d+:\d+: \w+): .* (\[[a-z-]+\])$/gm)];
    expect(lines.map(([, place, code]) => `${place} ${code}`)).toEqual([
      'k/more/own.yaml:8:3: error [bad-template]',
      'k/more/own.yaml:22:7: error [bad-policy]',
      'k/web.yaml:6:5: warning [misplaced-key]',
      'k/web.yaml:11:9: error [unknown-annotation]',
      'k/web.yaml:12:9: error [malformed-pod]',
    ]);
    expect([code, stderr]).toEqual([1, '4 problems, 1 warning.\n']);
  });

  it('says what to write instead', () => {
    expect(check('-f', 'k/web.yaml').stdout).toContain(
      'k/web.yaml:11:9: error: deployment/web: spec.template.metadata.annotations[\'sidecar.io/gti-repo\']: No sidecar has "sidecar.io/gti-repo". Did you mean sidecar.io/git-repo? [unknown-annotation]\n',
    );
  });

  it('writes annotations of a workflow', () => {
    const odd = { 'a,b:c%.yaml': plainPod.replace('"true"', '"yes"') };
    const { stdout } = run(['check', '-f', 'a,b:c%.yaml', '-o', 'github'], { files: odd });
    expect(stdout).toMatch(
      /^::error file=a%2Cb%3Ac%25\.yaml,line=6,col=5,title=bad-switch::pod\/web: metadata[^\n]*\n$/,
    );
  });

  it('writes SARIF', () => {
    const log = JSON.parse(check('-f', 'k', '-o', 'sarif').stdout);
    expect(log.version).toBe('2.1.0');
    const [{ tool, results }] = log.runs;
    expect(results).toHaveLength(5);
    for (const { ruleId, ruleIndex, level, message, locations } of results) {
      expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(tool.driver.rules[ruleIndex].shortDescription.text).not.toBe(ruleId);
      expect(['error', 'warning']).toContain(level);
      expect(message.text).not.toBe('');
      expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^k\/.*\.yaml$/);
      expect(locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
    }
  });

  it.each([
    ['./a/b c.yaml', 'a/b%20c.yaml'],
    ['a#b/c?d%.yaml', 'a%23b/c%3Fd%25.yaml'],
    ['a:b.yaml', 'a%3Ab.yaml'],
    ['/srv/k.yaml', 'file:///srv/k.yaml'],
  ])('names the file %s in SARIF as %s', (file, uri) => {
    const { stdout } = run(['check', '-f', file, '-o', 'sarif'], {
      files: { [file]: plainPod.replace('"true"', '"yes"') },
    });
    const [{ results }] = JSON.parse(stdout).runs;
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
  });

  it('names files as code hosts do, without ./', () => {
    const files = { './web.yaml': plainPod.replace('"true"', '"yes"') };
    expect(run(['check', '-f', './web.yaml', '-o', 'github'], { files }).stdout).toMatch(/^::error file=web\.yaml,/);
  });

  it('gives every path from the object, also in lists', () => {
    const pod = (annotations: object, labels: object) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', annotations, labels } },
      spec: { containers: [{ name: 'web' }] },
    });
    const workload = { spec: { template: pod({ 'sidecar.io/gti-repo': 'x' }, {}) } };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, ...workload };
    const wrong = pod({ 'sidecar.io/gti-repo': 'x' }, { 'sidecar.io/topz': 'true' });
    const inner = { apiVersion: 'v1', kind: 'List', items: [wrong] };
    const stdin = JSON.stringify({ ...inner, items: [deployment, inner] });
    const findings: readonly { path: string }[] = JSON.parse(run(['check', '-f', '-', '-o', 'json'], { stdin }).stdout);
    expect(findings.map(({ path }) => path)).toEqual([
      "spec.template.metadata.annotations['sidecar.io/gti-repo']",
      "metadata.annotations['sidecar.io/gti-repo']",
      "metadata.labels['sidecar.io/topz']",
    ]);
  });

  it('prints one line for each problem, whatever is in a name', () => {
    const odd = plainPod.replace('name: web #', 'name: "a\\nb: error\\e[31m" #').replace('"true"', '"yes"');
    for (const command of ['check', 'inject']) {
      const { stdout, stderr } = run([command, '-f', '-'], { stdin: odd });
      expect(stdout + stderr).toContain('pod/a\\u000ab: error\\u001b[31m: metadata');
      expect(stdout + stderr).not.toContain('\x1b');
    }
  });

  it('finds problems of namespaces, with and without pods', () => {
    const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations:
    sidecar.io/topz: "no"
`;
    const { code, stdout } = run(['check', '-f', '-'], { stdin: namespace });
    expect([code, stdout]).toEqual([
      0,
      'stdin:6:5: warning: namespace/shop: metadata.annotations[\'sidecar.io/topz\']: "no" is neither true nor false. Write "true" or "false". [bad-switch]\n',
    ]);
  });

  it('finds a label that keeps the annotations of a namespace from its pods', () => {
    const namespace = (label: string) =>
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Namespace' },
        metadata: { name: 'shop', labels: { 'sidecar.io/inject': label }, annotations: { 'sidecar.io/topz': 'true' } },
      });
    const said = (label: string) => run(['check', '-f', '-'], { stdin: namespace(label) }).stdout;
    expect(said('true')).toMatch(/warning: namespace\/shop: .* is "true", so .* write "enabled"\. \[label-off\]$/m);
    expect(said('enabled')).toBe('');
  });

  it('finds what policies have against the annotations of a namespace, also one that is for some of its pods', () => {
    const metadata = {
      ...{ name: 'shop', labels: { team: 'shop' } },
      annotations: { 'sidecar.io/topz': 'false', 'sidecar.io/git-repo': 'https://git.example.com/a.git' },
    };
    const said = (...policies: object[]) => {
      const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata }, ...policies];
      return run(['check', '-f', '-'], { stdin: objects.map((each) => JSON.stringify(each)).join('\n---\n') });
    };
    const requires = { require: [{ sidecar: 'topz' }] };
    const forbids = { podSelector: { matchLabels: { app: 'web' } }, forbid: ['git'] };
    const { code, stdout } = said(policyObject('has-topz', requires), policyObject('no-git', forbids));
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/^.*(?=metadata)/, ''))).toEqual([
      "metadata.annotations['sidecar.io/topz']: The policy has-topz requires the sidecar topz. Remove sidecar.io/topz, or ask for an exemption from the policy. [sidecar-required]",
      "metadata.annotations['sidecar.io/git-repo']: The policy no-git forbids the sidecar git. Remove sidecar.io/git-repo, or ask for an exemption from the policy. [sidecar-forbidden]",
      '',
    ]);
    const other = { ...requires, namespaceSelector: { matchLabels: { team: 'other' } } };
    expect(said(policyObject('other', other), policyObject('warns', { ...requires, action: 'Warn' })).stdout).toBe('');
  });

  it('goes through the files one by one', () => {
    const wrong = plainPod.replace('"true"', '"yes"');
    const label = `---\n${plainPod.replace('annotations', 'labels')}`;
    const { stdout } = run(['check', '-f', 'k'], { files: { 'k/b.yaml': wrong + label, 'k/a.yaml': wrong + label } });
    const places = [...stdout.matchAll(/^(k\/.\.yaml):(\d+):/gm)].map(([, file, line]) => `${file} ${line}`);
    expect(places).toEqual(['k/a.yaml 6', 'k/a.yaml 17', 'k/b.yaml 6', 'k/b.yaml 17']);
  });

  it('says where a template of --catalog is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    try {
      writeFileSync(join(folder, 'own.yaml'), template.replace('---\n', ''));
      const { code, stdout } = check('-f', 'k/web.yaml', '--catalog', folder, '-o', 'json');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toContainEqual(
        expect.objectContaining({
          ...{ code: 'bad-template', file: join(folder, 'own.yaml'), line: 7, column: 18 },
          ...{ path: 'spec.failurePolicy', object: '' },
        }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(['json', 'yaml'])('writes %s', (output) => {
    expect(check('-f', 'k/web.yaml', '-o', output).stdout).toMatch(/"?line"?: 11\b/);
  });

  it('takes templates and policies among the files for those of the cluster', () => {
    const own = `${template.replace('Ignroe', 'Ignore')}---
${plainPod.replace('topz', 'greeter')}`;
    const forbids = JSON.stringify(policyObject('no-hello', { namespaceSelector: {}, forbid: ['greeter'] }));
    const world = { files: { 'own.yaml': own, 'policy.json': forbids } };
    expect(run(['check', '-f', 'own.yaml'], world)).toMatchObject({ code: 0, stdout: '' });
    expect(run(['check', '-f', 'own.yaml', '--policy', 'policy.json'], world)).toMatchObject({
      ...{ code: 1, stdout: expect.stringMatching(/^own\.yaml:\d+:5: error: pod\/web: .* \[sidecar-forbidden\]\n$/) },
    });
  });

  it('says of an annotated patch of a kustomization that it was not tried, and leaves files of other kinds alone', () => {
    const patch = deployment
      .replace(/ {4}spec:[\s\S]*$/, '')
      .replace('gti-repo: x', 'git-repo: x')
      .replace('yes', '"true"');
    const others = {
      'k/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches: [{ path: patch.yaml }]\n',
      'k/patch.yaml': patch.replace(/ {2}labels:\n.*\n/, ''),
      'k/values.yaml': 'replicas: 2\n',
    };
    expect(run(['check', '-f', 'k'], { files: others })).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(/^k\/patch\.yaml:6:3: warning: .* \[not-tried\]\n$/) },
    });
  });

  it.each([
    [['check'], 2, /Name a file/],
    [['check', 'k'], 2, /Name files with -f: -f k\./],
    [['check', '-f', 'none.yaml'], 2, /none\.yaml: no such file/],
    [['check', '-f', 'k', '-o', 'sarf'], 2, /Did you mean sarif\?/],
    [['check', '--help'], 0, /^$/],
  ])('%j exits with %i', (args, code, stderr) => {
    expect(run(args, { files })).toMatchObject({ code, stderr: expect.stringMatching(stderr) });
  });

  it('a file that is no YAML is a problem', () => {
    expect(run(['check', '-f', '-'], { stdin: 'a: [\n' })).toMatchObject({
      ...{ code: 1, stdout: expect.stringMatching(/^stdin:\d+:\d+: error: .* \[bad-document\]\n$/) },
    });
  });
});
