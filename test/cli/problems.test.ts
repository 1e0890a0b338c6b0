import { describe, expect, it } from 'vitest';
import { inject, plainPod, run } from './run.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    sidecar.io/gti-repo: https://example.org/a.git
spec:
  template:
    metadata:
      annotations:
        sidecar.io/topz: "maybe"
    spec:
      containers:
        - name: web
          ports:
            - containerPort: 8080
`;

describe('problems', () => {
  it('are all reported, with file, position, document, object, path, message, fix and code; nothing is printed', () => {
    const files = { 'ok.yaml': plainPod, 'bad.yaml': `${plainPod}---\n# two\n${deployment}` };
    const { code, stdout, stderr } = run(['inject', '-f', 'ok.yaml', '-f', 'bad.yaml'], { files });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      'bad.yaml:23:9: document 2, deployment/web: spec.template.metadata.annotations[\'sidecar.io/topz\']: "maybe" is neither true nor false. Write "true" or "false". [bad-switch]',
      expect.stringMatching(
        /^bad\.yaml:18:5: document 2, deployment\/web: metadata\.annotations\['sidecar\.io\/gti-repo'\]: .*Did you mean sidecar\.io\/git-repo\? .*\[unknown-annotation\]$/i,
      ),
      '2 problems: nothing was injected.',
      '',
    ]);
  });

  it('of an item of a List are found in it', () => {
    const items = [
      { kind: 'Secret' },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { annotations: { 'sidecar.io/topz': 'x' } },
        spec: { containers: [] },
      },
    ];
    const { stderr } = inject(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 1));
    expect(stderr).toMatch(
      /^stdin:13:6: document 1, pod\/\(no name\): items\[1\]\.metadata\.annotations\['sidecar\.io\/topz'\]: /,
    );
  });

  it('of a port are found at the port', () => {
    const pod = plainPod.replace('topz: "true"', 'topz: "true"\n    sidecar.io/topz-port: "9100"');
    const { code, stderr } = inject(`${pod}      ports:\n        - containerPort: 9100 # taken\n`);
    expect(code).toBe(1);
    expect(stderr).toContain('[port-taken]');
    expect(stderr).toMatch(/^stdin:\d+:\d+: document 1, pod\/web: /);
  });

  it('of a namespace are warnings, and its pods are injected without what is wrong', () => {
    const home =
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: default\n  annotations:\n    sidecar.io/topz-port: "x"\n';
    const { code, stdout, stderr } = run(['inject', '-f', '-', '--namespace-file', 'ns.yaml'], {
      stdin: plainPod,
      files: { 'ns.yaml': home },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('sidecar-topz');
    expect(stderr).toMatch(
      /pod\/web: warning: namespace\.metadata\.annotations\['sidecar\.io\/topz-port'\] has no effect on this pod: .*is not a port number/,
    );
  });

  it.each([
    ['topz: true', 'a boolean', '"true"'],
    ['topz-port: 21000', 'a number', '"21000"'],
    ['git-ref: 1e3', 'a number', '"1e3"'],
    ['git-ref: 010', 'a number', '"010"'],
  ])('an annotation %s without quotes is not a string', (written, type, quoted) => {
    const [word] = written.split(':');
    const problem = `metadata.annotations['sidecar.io/${word}']: The value is ${type}, but the value of an annotation must be a string. Put it in quotes: sidecar.io/${word}: ${quoted}. [malformed-pod]`;
    const pod = inject(plainPod.replace('topz: "true"', written));
    expect(pod.code).toBe(1);
    expect(pod.stderr).toContain(`stdin:6:5: document 1, pod/web: ${problem}`);
    const workload = inject(deployment.replace('gti-repo: https://example.org/a.git', written));
    expect(workload.stderr).toContain(`stdin:6:5: document 1, deployment/web: ${problem}`);
  });

  it.each([
    ['topz: 1', '"1" is neither true nor false. Write "true" or "false". [bad-switch]'],
    ['topz: 0x1', '"0x1" is neither true nor false. Write "true" or "false". [bad-switch]'],
    ['inject: 0', '"0" is neither true nor false. Write "true" or "false". [bad-switch]'],
  ])('an annotation %s, which quotes would not help, gets one message about that', (written, says) => {
    const { stderr } = inject(plainPod.replace('topz: "true"', written));
    expect(stderr).toContain(says);
    expect(stderr).toContain('1 problem: nothing was injected.');
  });

  it('which quotes would not help is reported once on a workload, too', () => {
    const annotated = deployment.replace(/gti-repo: \S+/, 'topz-port: 80').replace('maybe', 'true');
    const { stderr } = inject(annotated);
    expect(stderr).toMatch(
      /^stdin:6:5: document 1, deployment\/web: .* Port 80 is privileged.*\n1 problem: nothing was injected\.\n$/,
    );
  });

  it.each([
    ['yes', 'true'],
    ['On', 'true'],
    ['off', 'false'],
    ['n', 'false'],
  ])('an annotation %s without quotes gets one message', (written, plain) => {
    expect(inject(plainPod.replace('"true"', written)).stderr).toBe(
      `stdin:6:5: document 1, pod/web: metadata.annotations['sidecar.io/topz']: The value is a boolean, but the value of an annotation must be a string. Write sidecar.io/topz: "${plain}", or "${written}" for a text. [malformed-pod]\n1 problem: nothing was injected.\n`,
    );
  });

  it('an annotation without a value, or with a map, is reported together with the others of the pod', () => {
    const { stderr } = inject(
      plainPod.replace('topz: "true"', 'topz:\n    sidecar.io/git-repo: {a: b}\n    sidecar.io/nope: "x"'),
    );
    expect(stderr).toContain('The value is null');
    expect(stderr).toContain('The value is a map');
    expect(stderr).toContain('[unknown-annotation]');
    expect(stderr).toContain('3 problems: nothing was injected.');
  });

  it('a pod without containers is malformed, at the nearest position', () => {
    const { stderr } = inject(plainPod.replace(/ {2}containers[\s\S]*/, '  restartPolicy: Never\n'));
    expect(stderr).toMatch(/^stdin:7:1: document 1, pod\/web: spec\.containers: .*\[malformed-pod\]$/m);
  });
});

describe('files that cannot be read', () => {
  const refused = (text: string) => {
    const { code, stdout, stderr } = inject(text);
    expect([code, stdout]).toEqual([1, '']);
    return stderr.split('\n')[0];
  };

  it.each([
    ['a tab', 'a:\n\tb: c\n', 'stdin:2:1: document 1: ', 'Indent with spaces.'],
    ['a key twice', 'x: 1\n---\na: 1\n\na: 2\n', 'stdin:5:1: document 2: The map has this key twice.', 'Remove one'],
    ['an open bracket', '# c\na: [1,\nb: 2\n', 'stdin:3:1: document 1: The YAML is not valid: ', 'Correct the YAML'],
    ['an unknown alias', 'a: *b\n', 'stdin:1:4: document 1: The alias *b has no anchor.', 'Define &b before it.'],
    ['a template', 'a: {{ .Values.a }}\n', 'stdin:1:5: ', 'Render it first, for example with helm template.'],
    ['nothing', '# nothing\n---\n', 'stdin: The file has no manifest.', 'Name a file'],
    [
      'a circle',
      'a: &a\n  b: *a\n',
      'stdin:2:6: document 1: The alias *a is inside its own anchor.',
      'Remove the alias.',
    ],
  ])('%s', (_, text, start, fix) => {
    const line = refused(text);
    expect(line).toContain(start);
    expect(line).toContain(fix);
    expect(line).toMatch(/ \[bad-document\]$/);
  });

  it('a bracket that only some readers take, in a document that is to be edited', () => {
    expect(refused(plainPod.replace('  annotations', '  labels: {\n}\n  annotations'))).toMatch(
      /^stdin:6:1: document 1: The YAML is not valid: .* \[bad-document\]$/,
    );
  });

  it.each([
    ['little', [0xff, 0xfe]],
    ['big', [0xfe, 0xff]],
  ])('UTF-16 with a mark, %s end first, is read and comes out as UTF-8', (end, mark) => {
    const bytes = Buffer.from(plainPod.replace('the app', 'ü 💥'), 'utf16le');
    const files = { 'a.yaml': Uint8Array.from([...mark, ...(end === 'big' ? bytes.swap16() : bytes)]) };
    const { code, stdout } = run(['inject', '-f', 'a.yaml'], { files });
    expect([code, stdout.startsWith('\uFEFFapiVersion: v1\n'), stdout.includes('# ü 💥\n')]).toEqual([0, true, true]);
    const unmarked = run(['inject', '-f', 'a.yaml'], { files: { 'a.yaml': bytes } });
    expect(unmarked.code).toBe(1);
  });

  it.each([
    ['Latin 1', [0x61, 0x3a, 0x20, 0xff]],
    ['UTF-16 without a mark', [0, 0x61, 0, 0x3a]],
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0, 0x3a, 0, 0, 0]],
  ])('bytes that are neither UTF-8 nor UTF-16 with a mark: %s', (_, bytes) => {
    const files = { 'a.yaml': Uint8Array.from(bytes) };
    expect(run(['inject', '-f', 'a.yaml'], { files }).stderr).toContain(
      'a.yaml: The file is neither UTF-8 nor UTF-16 with a byte order mark. Save it as UTF-8.',
    );
  });

  it('a NUL character, and where it is', () => {
    const files = { 'a.yaml': `${plainPod}# a\0b\n` };
    expect(run(['inject', '-f', 'a.yaml'], { files }).stderr).toContain(
      'a.yaml:11:4: The file has a NUL character, which YAML and JSON cannot have. Remove it. [bad-document]',
    );
  });

  it('JSON that is nested too deeply', () => {
    const { code, stderr } = inject('['.repeat(100_000) + ']'.repeat(100_000));
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('The document is nested too deeply. Reduce the nesting.'),
    ]);
  });

  it('a bomb of aliases, without unfolding it', () => {
    const levels = Array.from(
      { length: 40 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    expect(refused(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toContain('expand to millions of values');
  });

  it('a hundred thousand nested brackets', () => {
    expect(refused(`a: ${'['.repeat(100_000)}`)).toContain('[bad-document]');
  });

  it('many uses of one anchor are not a bomb', () => {
    const uses = Array.from({ length: 2000 }, (_, i) => `k${i}: *a`).join('\n');
    expect(inject(`a: &a {b: c}\n${uses}\n`).code).toBe(0);
  });

  it('every duplicate key is reported', () => {
    const { stderr } = inject('a: {b: 1, b: 2}\nc:\n  d: 1\n  d: 2\na: 3\n');
    const places = [...stderr.matchAll(/^stdin:(\d+:\d+): document 1: The map has this key twice/gm)];
    expect(places.map(([, place]) => place).sort()).toEqual(['1:11', '4:3', '5:1']);
    expect(stderr).toMatch(/\n3 problems: nothing was injected\.\n$/);
  });

  it('every bad document is reported, not only the first', () => {
    expect(inject('a: *b\n---\nok: 1\n---\na: *c\n').stderr).toMatch(/document 1: .*\n.*document 3: .*\n2 problems/);
  });
});
