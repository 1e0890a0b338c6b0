import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { processConsole } from '../../src/cli/process-console.ts';
import { run } from './run.ts';

const greeter = run(['template', 'new', 'greeter']).stdout;
const template = (...args: readonly string[]) =>
  run(['template', ...args], {
    files: { 'greeter.yaml': greeter, 'pod.yaml': pod, 'shop.yaml': shop, 'job.yaml': job },
  });

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    sidecar.io/greeter-text: bye
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports: [{ containerPort: 21090 }]
`;
const shop = `apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { sidecar.io/greeter-port: "21091" } }
`;
const job = `apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata: { name: batch }
spec:
  replicatedJobs:
    - name: a
      template: { spec: { template: { spec: { containers: [{ name: work, image: work:1 }] } } } }
`;

describe('template new', () => {
  it.each([[[]], [['--namespaced']]])('with %j writes a template that has no problem', (flags) => {
    const { code, stdout, stderr } = run(['template', 'new', 'say-hello', ...flags]);
    expect([code, stderr]).toEqual([0, '']);
    expect(parse(stdout).kind).toBe(flags.length > 0 ? 'SidecarTemplate' : 'ClusterSidecarTemplate');
    const files = { 'a.yaml': stdout };
    expect(run(['template', 'check', 'a.yaml'], { files })).toEqual({
      code: 0,
      stdout: '',
      stderr: '0 problems, 0 warnings.\n',
    });
    expect(run(['template', 'render', '-f', 'a.yaml'], { files }).stdout).toContain('name: sidecar-say-hello');
  });

  it.each([
    [['Greeter'], 2, '"Greeter" cannot be the name of a sidecar. Write lower case words joined by hyphens'],
    [['a'.repeat(31)], 2, 'at most 30 characters together, such as greeter.'],
    [[], 2, 'Name the sidecar: sidecar template new NAME.'],
    [['a', 'b'], 2, 'Name one sidecar, not 2.'],
    [['git-repo'], 1, 'sidecar.io/git-repo already belongs to the sidecar git: choose another name.'],
    [['git', '--namespaced'], 1, 'a sidecar named git exists: choose another name.'],
    [['a', '--namespace'], 2, 'Unknown flag --namespace. Did you mean --namespaced?'],
  ])('%j ends with %i and a message', (args, expected, message) => {
    const { code, stdout, stderr } = run(['template', 'new', ...args]);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(message);
  });

  it('says that it replaces a sidecar of the catalog', () => {
    expect(run(['template', 'new', 'git'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('replaces the sidecar git'),
    });
  });
});

describe('a file for template new', () => {
  const folder = mkdtempSync(join(tmpdir(), 'template-new-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is written once, and never over another', () => {
    const { create } = processConsole().files;
    const path = join(folder, 'greeter.yaml');
    expect(create(path, greeter)).toBeUndefined();
    expect(create(path, 'other')).toEqual({ message: `${path}: file already exists` });
    expect(readFileSync(path, 'utf8')).toBe(greeter);
    writeFileSync(path, '');
    expect(create(path, greeter)).toEqual({ message: `${path}: file already exists` });
  });
});

describe('the position of a name', () => {
  const checked = (spec: string) => {
    const head = 'summary: x, failurePolicy: Ignore, image: x';
    const text = `apiVersion: sidecar.io/v1alpha1\nkind: ClusterSidecarTemplate\nmetadata: { name: demo }\nspec:\n  ${head.replaceAll(', ', '\n  ')}\n${spec}`;
    return run(['template', 'check', 'a.yaml'], { files: { 'a.yaml': text } }).stdout.replace(/\S+\/demo: /, '');
  };
  const container = '  containers:\n    - name: ${ instance.id }\n';

  it.each<[string, string, string]>([
    [
      'a container',
      '  containers:\n    - name: foo\n      volumeMounts: [{ name: "${ instance.id }", mountPath: /a }]\n  volumes: [{ name: "${ instance.id }" }]\n',
      'a.yaml:9:7: error: spec.containers[0].name: the name "foo" must be ${ instance.id }',
    ],
    [
      'an init container',
      `${container}  initContainers:\n    - args: []\n      name: foo\n`,
      'a.yaml:12:7: error: spec.initContainers[0].name: the name "foo" must be',
    ],
    [
      'a volume',
      `${container}  volumes:\n    - name: \${ instance.id }\n    - name: foo\n`,
      'a.yaml:12:7: error: spec.volumes[1].name: the name "foo" must be',
    ],
    [
      'a volume that a container mounts',
      `${container}      volumeMounts:\n        - mountPath: /a\n          name: foo\n`,
      'a.yaml:12:11: error: spec.containers[0].volumeMounts[0].name: the volume "foo" is mounted but not declared',
    ],
    [
      'a volume that the app mounts',
      `${container}  mounts:\n    - name: \${ instance.id }-b\n      mountPath: /a\n`,
      'a.yaml:11:7: error: spec.mounts[0].name: the volume "sidecar-demo-b" is mounted but not declared',
    ],
  ])('of %s is where it is written', (_, spec, expected) => expect(checked(spec)).toContain(expected));
});

describe('template check', () => {
  const wrong = (change: (text: string) => string) =>
    run(['template', 'check', 'a.yaml'], { files: { 'a.yaml': change(greeter) } }).stdout.replaceAll(/^a\.yaml:/gm, '');
  const lineOf = (text: string, word: string) => text.split('\n').findIndex((line) => line.includes(word)) + 1;

  it.each<[string, string, string, RegExp]>([
    [
      'an unquoted expression',
      '"${ params.port }"',
      '${ params.port }',
      /: error: The YAML is not valid: [^\n]*\. Put quotes around the whole value with \$\{ … \}/,
    ],
    [
      'a tab',
      '    - name: text',
      '\t- name: text',
      /: error: The YAML is not valid: Tabs are not allowed as indentation\. Indent with spaces\./,
    ],
    [
      'a misspelled field',
      '  containers:',
      '  container:',
      /spec\.container: unknown field: did you mean containers\?/,
    ],
    [
      'a misspelled field of a parameter',
      'default: hello',
      'defualt: hello',
      /\.defualt: unknown field: did you mean default\?/,
    ],
    ['a misspelled type', 'type: port', 'type: prot', /must be one of string, .*, not "prot": did you mean port\?/],
    [
      'a policy in lower case',
      'Policy: Ignore',
      'Policy: ignore',
      /must be one of Fail, Ignore, not "ignore": did you mean Ignore\?/,
    ],
    [
      'a parameter that is not there',
      '${ params.text }',
      '${ params.txt }',
      /\$\{ params\.txt \}: params has no field txt: did you mean text\?/,
    ],
    [
      'a variable that is not there',
      '${ params.text }',
      '${ parms.text }',
      /\$\{ parms\.text \}: Unknown variable: parms: did you mean params\?/,
    ],
    [
      'a wrong type',
      '${ params.text }',
      "${ params.port + 'a' }",
      /fails with sample values \(native form\): \$\{ params\.port \+ 'a' \}: no such overload/,
    ],
  ])('finds %s at its line, and says what to write', (_, right, written, message) => {
    const output = wrong((text) => text.replace(right, written));
    const found = output.split('\n').find((line) => message.test(line));
    expect(found?.split(':')[0], output).toBe(String(lineOf(greeter.replace(right, written), written)));
  });

  it('says once that an expression needs quotes, whatever follows from it', () => {
    const output = wrong((text) => text.replace('"${ params.port }"', '${ params.port }'));
    expect(output.trim().split('\n')).toHaveLength(1);
  });

  it('finds every wrong expression of a file at its own line', () => {
    const content =
      'content: |\n        ${ params.text }\n        ${ params.prot }\n        ${ params.port } ${ txt }\n';
    const output = wrong((text) => text.replace('content: ${ params.text }\n', content));
    const first = lineOf(greeter, 'content:');
    expect([...output.matchAll(/^(\d+:\d+): .* \$\{ ([\w.]+) \}:/gm)].map(([, at, name]) => [at, name])).toEqual([
      [`${first + 2}:9`, 'params.prot'],
      [`${first + 3}:26`, 'txt'],
    ]);
  });

  it('warns of sidecars that are not there', () => {
    const { code, stdout, stderr } = run(['template', 'check', '-f', '-'], { stdin: `${greeter}  conflicts: [gti]\n` });
    expect(stdout).toMatch(
      /warning: .*spec\.conflicts: The catalog has no sidecar gti.*Did you mean git\? \[unknown-sidecar\]\n$/,
    );
    expect([code, stderr]).toEqual([0, '0 problems, 1 warning.\n']);
  });

  it('does not let a template of a namespace replace a sidecar of the cluster', () => {
    const files = { 'a.yaml': greeter.replace('name: greeter', 'name: git').replace('ClusterSidecar', 'Sidecar') };
    expect(run(['template', 'check', 'a.yaml'], { files }).stdout).toContain('a sidecar named git exists');
    expect(run(['check', '-f', 'a.yaml'], { files }).stdout).toContain('a sidecar named git exists');
  });

  it.each([
    [[], 'Name a template: sidecar template check FILE.'],
    [
      ['pod.yaml'],
      'The files have no ClusterSidecarTemplate and no SidecarTemplate. Check pods and policies with sidecar check.',
    ],
    [['none.yaml'], 'none.yaml: no such file or directory'],
  ])('%j is wrong usage', (args, message) => {
    expect(template('check', ...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('template render', () => {
  it('prints what the template adds to a pod', () => {
    const { code, stdout, stderr } = template(
      'render',
      '-f',
      'greeter.yaml',
      '--set',
      'text=good = morning',
      '--set=port=8081',
    );
    expect([code, stderr]).toEqual([0, '']);
    const { metadata, spec } = parse(stdout);
    expect(metadata).toEqual({ annotations: { 'files.sidecar.io/sidecar-greeter.index.html': 'good = morning' } });
    expect(Object.keys(spec).sort()).toEqual(['initContainers', 'volumes']);
    expect(spec.initContainers).toMatchObject([{ name: 'sidecar-greeter', ports: [{ containerPort: 8081 }] }]);
    const json = template('render', '-f', 'greeter.yaml', '-o', 'json', '--native=false').stdout;
    expect(JSON.parse(json).spec.containers).toMatchObject([{ name: 'sidecar-greeter' }]);
  });

  it('prints what is new in the containers of the app', () => {
    const { stdout } = run(['template', 'render', 'git', '--set', 'repo=https://example.com/a.git']);
    expect(parse(stdout).spec.containers).toEqual([
      { name: 'app', volumeMounts: [{ name: 'sidecar-git', mountPath: '/git', subPath: 'files' }] },
    ]);
  });

  it('uses a pod, and the annotations of its namespace', () => {
    const flags = ['render', '-f', 'greeter.yaml', '--pod', 'pod.yaml'];
    expect(template(...flags)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^pod\.yaml:\d+:\d+: .*\[port-taken\]\n$/),
    });
    const { stdout } = template(...flags, '--namespace-file', 'shop.yaml');
    expect(stdout).toContain('containerPort: 21091');
    expect(stdout).toContain('index.html: bye');
    expect(template(...flags, '--namespace-file', 'shop.yaml', '--set', 'text=hi').stdout).toContain('index.html: hi');
  });

  it('uses a workload whose pod template is in a list', () => {
    expect(template('render', '-f', 'greeter.yaml', '--pod', 'job.yaml')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('name: sidecar-greeter'),
    });
  });

  it.each([
    ['port=80', "metadata.annotations['sidecar.io/greeter-port']: Port 80 is privileged"],
    ['prot=8080', 'Did you mean sidecar.io/greeter-port? [unknown-annotation]'],
  ])('says of %s what the webhook says, without a place in a file', (setting, message) => {
    for (const pod of [[], ['--pod', 'pod.yaml']]) {
      const { code, stdout, stderr } = template('render', '-f', 'greeter.yaml', '--set', setting, ...pod);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^metadata\.annotations/m);
      expect(stderr).toContain(message);
    }
  });

  it.each([
    [
      ['-f', 'greeter.yaml', '--set', 'port'],
      'Invalid value "port" for --set. Write a parameter and its value, such as port=8080.',
    ],
    [
      ['-f', 'greeter.yaml', '--pod', 'shop.yaml'],
      '--pod shop.yaml: the file has 0 pods and workloads. Give a file with one.',
    ],
    [['gti'], 'Unknown template gti. Did you mean git?'],
    [['-f', 'greeter.yaml', 'none'], 'Unknown template none. There are greeter, ambassador, config, '],
    [[], 'error: Name a template of the catalog, or a file with a template with -f.'],
    [
      ['-f', 'shop.yaml'],
      'error: -f shop.yaml: no template found. Name a template of the catalog, or a file with a template with -f.',
    ],
    [['git', 'topz'], 'Name one template, not 2.'],
  ])('%j is wrong usage', (args, message) => {
    expect(template('render', ...args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });

  it('needs a name where the files have several templates', () => {
    const files = { 'a.yaml': `${greeter}---\n${greeter.replaceAll('greeter', 'other')}` };
    expect(run(['template', 'render', '-f', 'a.yaml'], { files }).stderr).toContain(
      'Name one of the templates greeter, other.',
    );
    expect(run(['template', 'render', '-f', 'a.yaml', 'other', '--set=port=22000'], { files }).stdout).toContain(
      'name: sidecar-other',
    );
  });
});

describe('template', () => {
  it.each([
    [[], 'Write template new, check or render.'],
    [['chekc'], 'Unknown command template chekc. Did you mean check?'],
  ])('%j is wrong usage', (args, message) => {
    expect(run(['template', ...args])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
