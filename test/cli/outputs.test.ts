import { applyPatch as applyDiff } from 'diff';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/cli/inject/diff.ts';
import { applySplices } from '../../src/yaml-edit/lines.ts';
import { answerReview } from '../admission/answer-review.ts';
import { builtInState } from '../engine/state.ts';
import { fc } from '../fast-check.ts';
import { inject, plainPod, run, workload } from './run.ts';

describe('-o patch', () => {
  it('is the webhook’s patch byte for byte', () => {
    const object = JSON.parse(inject(plainPod, '-o', 'json').stdout);
    delete object.spec.initContainers;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', annotations: { 'sidecar.io/topz': 'true' } },
      spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
    };
    const resource = { group: '', version: 'v1', resource: 'pods' };
    const request = { uid: '1', operation: 'CREATE', resource, namespace: 'default', object: pod };
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
    const answer = JSON.parse(answerReview(Buffer.from(JSON.stringify(review)), builtInState).text);
    const patch = Buffer.from(answer.response.patch, 'base64').toString('utf8');
    const { image } = builtInState.injector;
    expect(inject(plainPod, '-o', 'patch', '--kube-version', '1.36.3', '--image', image).stdout).toBe(`${patch}\n`);
  });

  it('names file, document and object when there are several, and where the paths begin', () => {
    const { stdout } = inject(
      `${plainPod}---\n${workload('Deployment', 'apps/v1')}---\nkind: Service\n`,
      '-o',
      'patch',
    );
    const [first, , second, patch, ...rest] = stdout.split('\n');
    expect(first).toBe('# stdin, document 1, pod/web');
    expect(second).toBe('# stdin, document 2, deployment/web, paths below /spec/template');
    expect(JSON.parse(patch ?? '')[0].path).toMatch(/^\/metadata\/annotations/);
    expect(rest).toEqual(['']);
  });

  it('is an empty patch for a pod that stays as it is', () => {
    expect(inject(plainPod.replace('"true"', '"false"'), '-o', 'patch').stdout).toBe('[]\n');
  });
});

describe('-o json', () => {
  it('is one object, or a List of all', () => {
    expect(JSON.parse(inject(plainPod, '-o', 'json').stdout).kind).toBe('Pod');
    const both = JSON.parse(inject(`${plainPod}---\nkind: Service\n---\n# nothing\n`, '-o', 'json').stdout);
    expect(both).toMatchObject({ apiVersion: 'v1', kind: 'List', items: [{ kind: 'Pod' }, { kind: 'Service' }] });
    expect(both.items[0].spec.initContainers).toHaveLength(1);
  });
});

describe('numbers that JavaScript cannot hold', () => {
  it('stay in YAML, and are told in JSON', () => {
    const text = 'kind: Big\nspec: {n: 9007199254740993}\n';
    expect(inject(text)).toMatchObject({ stdout: text, stderr: '' });
    expect(inject(text, '-o', 'json').stderr).toContain('stdin, document 1: Numbers beyond 9007199254740991');
  });
});

describe('-o yaml', () => {
  it('joins several files into one stream of documents', () => {
    const files = {
      'a.json': '{"kind": "A"}',
      'b.yaml': '# b\n---\nkind: B',
      'c.yaml': 'kind: C\n',
      'd.yml': '%YAML 1.1\n---\nkind: D\n',
    };
    const { stdout } = run(['inject', ...Object.keys(files).flatMap((name) => ['-f', name])], { files });
    expect(stdout).toBe('---\n{"kind": "A"}\n# b\n---\nkind: B\n---\nkind: C\n...\n%YAML 1.1\n---\nkind: D\n');
  });

  it('puts markers between the objects of a JSON stream, when other files follow', () => {
    const files = { 'a.json': '{"kind": "A"}\n{"kind": "B"}\n', 'c.yaml': 'kind: C\n' };
    expect(run(['inject', '-f', 'a.json'], { files }).stdout).toBe(files['a.json']);
    const both = run(['inject', '-f', 'a.json', '-f', 'c.yaml', '-o', 'yaml'], { files }).stdout;
    expect(both).toBe('---\n{"kind": "A"}\n\n---\n{"kind": "B"}\n---\nkind: C\n');
  });

  it('keeps byte order mark, carriage returns and a missing last line break of a file', () => {
    const text = `\uFEFF${plainPod.replaceAll('\n', '\r\n')}---\r\nkind: Service`;
    const { stdout } = inject(text);
    expect(stdout.startsWith('\uFEFFapiVersion')).toBe(true);
    expect(stdout.endsWith('---\r\nkind: Service')).toBe(true);
    expect(stdout.replaceAll('\r\n', '')).not.toContain('\n');
  });
});

describe('-o diff', () => {
  it('shows what is added, with its surroundings, in colour for a terminal', () => {
    const { stdout } = run(['inject', '-f', 'web.yaml', '-o', 'diff'], { files: { 'web.yaml': plainPod } });
    expect(stdout).toMatch(/^--- web.yaml\n\+\+\+ web.yaml\n@@ -4,7 \+4,\d+ @@\n {3}name: web # the app\n/);
    expect(stdout).toContain('\n+    - name: sidecar-topz\n');
    const colour = run(['inject', '-f', '-', '-o', 'diff'], { stdin: plainPod, colour: true }).stdout;
    expect(colour).toContain('\u001b[32m+    - name: sidecar-topz\u001b[39m\n');
  });

  it.each(['inject', 'uninject', 'explain'])('%s has no colours with --no-color', (command) => {
    const output = command === 'explain' ? [] : ['-o', 'diff'];
    const stdin = command === 'uninject' ? inject(plainPod).stdout : plainPod;
    const args = [command, '-f', '-', ...output];
    expect(run(args, { stdin, colour: true }).stdout).toContain('\u001b[');
    const { code, stdout } = run([...args, '--no-color'], { stdin, colour: true });
    expect([code, stdout]).toEqual([0, run(args, { stdin }).stdout]);
  });

  it('is empty when nothing changes', () => {
    expect(inject('kind: Service\n', '-o', 'diff').stdout).toBe('');
  });

  it('turns the old text into the new one, whatever changes', () => {
    const line = fc.constantFrom('a', 'b', '', 'c\r', ' d');
    const cut = fc.tuple(fc.nat(), fc.nat({ max: 9 }), fc.constantFrom('', 'x', 'new\n', '\nnew', 'a\n\nb\n'));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 40 }),
        fc.boolean(),
        fc.array(cut, { maxLength: 5 }),
        (lines, ended, cuts) => {
          const text = lines.join('\n') + (ended ? '\n' : '');
          let from = 0;
          const splices = cuts.map(([at, length, text_]) => {
            const start = Math.min(from + (at % 30), text.length);
            from = Math.min(start + length, text.length);
            return { from: start, to: from, text: text_ };
          });
          const edited = applySplices(text, splices);
          const diff = unifiedDiff('f', text, splices, false);
          if (diff === '') expect(edited).toBe(text);
          else expect(applyDiff(text, diff, { autoConvertLineEndings: false })).toBe(edited);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
