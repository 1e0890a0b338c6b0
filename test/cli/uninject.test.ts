// Manifests that were injected before: taken out, and injected anew.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { inject, run } from './run.ts';

const uninject = (stdin: string, ...flags: readonly string[]) => run(['uninject', '-f', '-', ...flags], { stdin });

const deployment = (annotations: string, more = '') => `# The shop.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop # its name
spec:
  template:
    metadata:
      # What the team asks for.
      annotations:
${annotations}
    spec:
      # The app.
      containers:
        - name: web
          image: "nginx:1.27" # pinned
          # no mounts yet
        - {name: job, image: job}
${more}`;

const git = `        sidecar.io/git-repo: https://git.example.com/a.git # ours
        sidecar.io/git-container: "*"`;
const volumes = `      volumes: # what it needs
        - name: own
          emptyDir: {}
# The end.
`;
const init = `      initContainers:
        - name: setup
          image: setup
`;
/** In flow style, with comments. */
const flow = (annotations: string) => `# keep me
apiVersion: v1
kind: Pod
metadata: {name: p, annotations: {${annotations}}} # c
spec:
  containers: [{name: web, image: web}, # the app
    {name: job, image: job}] # the job
  initContainers: [
    {name: setup, image: setup}, # first
  ]
  volumes: [
    {name: own, emptyDir: {}} # own
  ] # all
`;
/** As charts write it: nothing, or something empty, and comments. */
const sparse = `kind: Pod
apiVersion: v1
metadata:
  name: p
  annotations:
    sidecar.io/git-repo: https://git.example.com/a.git
    sidecar.io/git-container: "*"
spec:
  volumes: # none yet
    # - name: extra
    #   emptyDir: {}

  # Before the app.
  initContainers: null # for now
  containers:
  - name: a
    image: a
    volumeMounts: []  # why
  - name: b
    volumeMounts:
      # - name: extra
      #   mountPath: /extra
    image: b
  - name: c
    volumeMounts: [ # none
      # at all
    ] # yet
  - {name: d, volumeMounts: [ # none
    ]}
  - name: e
    volumeMounts: ~`;
const json = `${JSON.stringify(
  { kind: 'Pod', metadata: { annotations: { 'sidecar.io/topz': 'true' } }, spec: { containers: [{ name: 'web' }] } },
  null,
  2,
)}\n`;

describe('sidecar uninject', () => {
  it.each([
    ['what was added to a plain manifest', deployment(git)],
    ['lists with other items, and comments', deployment(git, init + volumes)],
    ['lists that were empty', deployment(git, '      volumes: []\n      initContainers: null\n')],
    ['a file with several documents', `${deployment(git, volumes)}---\nkind: Service\n---\n${deployment(git)}`],
    ['lines that end as on Windows', deployment(git, volumes).replaceAll('\n', '\r\n')],
    ['flow style', flow('sidecar.io/git-repo: "https://a/b", sidecar.io/git-container: "*"')],
    ['flow style, other sidecars', flow('sidecar.io/ambassador-target: "db:5432", sidecar.io/topz: "true"')],
    ['what is empty, with comments', sparse],
    ['JSON', json],
    ['compact JSON', `${JSON.stringify(JSON.parse(json))}\n`],
    ['a List', `kind: List\napiVersion: v1\nitems:\n- ${deployment(git, init).replaceAll('\n', '\n  ').trimEnd()}\n`],
    ['a field of the pod', deployment('        sidecar.io/topz: "true"', volumes)],
    ['annotations for others', deployment('        sidecar.io/metrics-for: nginx', volumes)],
    [
      'a folder of the app',
      deployment('        sidecar.io/logs-files: /var/log/*\n        sidecar.io/logs-container: "*"'),
    ],
  ])('gives back the file byte for byte: %s', (_, before) => {
    for (const native of ['true', 'false']) {
      const injected = inject(before, '--native', native);
      expect(injected).toMatchObject({ code: 0 });
      expect(injected.stdout).not.toBe(before);
      for (const [comment] of before.matchAll(/# .*/g)) expect(injected.stdout).toContain(comment);
      const after = uninject(injected.stdout);
      expect(after.stdout).toBe(before);
      expect(after.stderr).toMatch(/ removed\n$/);
    }
  });

  it('keeps what was added to the file since', () => {
    const injected = inject(deployment(git)).stdout;
    const late = '        - name: late\n          image: late # new\n';
    const changed = injected.replace('      volumes:\n', `${late}      volumes:\n`);
    expect(changed).not.toBe(injected);
    expect(uninject(changed).stdout).toBe(deployment(git) + late);
  });

  it('prints JSON, a patch or a diff', () => {
    const injected = inject(json).stdout;
    expect(JSON.parse(uninject(injected, '-o', 'json').stdout)).toEqual(JSON.parse(json));
    const patch = JSON.parse(uninject(injected, '-o', 'patch').stdout);
    expect(patch).toContainEqual({ op: 'remove', path: '/spec/shareProcessNamespace' });
    expect(uninject(injected, '-o', 'diff').stdout).toContain('-    "shareProcessNamespace": true');
  });

  it('leaves a manifest without sidecars as it is', () => {
    expect(uninject(deployment(git))).toEqual({
      ...{ code: 0, stdout: deployment(git) },
      stderr: 'deployment/shop: unchanged: It has no sidecar.io/status.\n',
    });
    expect(uninject('kind: Service\n')).toEqual({ code: 0, stdout: 'kind: Service\n', stderr: '' });
  });

  it('refuses a status that no injector has written', () => {
    const { code, stdout, stderr } = uninject(deployment(`${git}\n        sidecar.io/status: forged`));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('stdin:13:9: document 1, deployment/shop: spec.template.metadata.annotations');
    expect(stderr).toContain('does not say what to remove');
  });

  it('never removes what is not a sidecar, whatever the status says', () => {
    const added = { volumes: ['own'], fields: ['containers'], annotations: ['sidecar.io/status'] };
    const status = JSON.stringify({ sidecars: [{ name: 'x', containers: ['web', 'job'] }], added });
    const forged = deployment(`${git}\n        sidecar.io/status: '${status}'`, volumes);
    expect(uninject(forged).stdout).toBe(deployment(git, volumes));
  });

  it('has a page of help, and says what is wrong with its use', () => {
    expect(run(['uninject', '--help']).stdout).toContain('Usage: sidecar uninject -f FILE');
    expect(run(['uninject'])).toMatchObject({ code: 2 });
    expect(run(['uninject', '-f', 'none.yaml'])).toMatchObject({ code: 2 });
    expect(run(['uninject', '-f', '-', '--catalog', 'x'], { stdin: '' }).stderr).toContain('--catalog');
  });
});

describe('sidecar inject on a manifest that was injected before', () => {
  const both = `${git}\n        sidecar.io/topz: "true"`;

  it.each([
    ['changed', git, git.replace('a.git', 'b.git'), 'git injected'],
    ['moved to one container', git, git.replace('"*"', 'job'), 'git injected'],
    ['removed', both, git, 'git injected, topz removed'],
    ['turned off', both, `${git}\n        sidecar.io/topz: "false"`, 'git injected, topz removed'],
    [
      'renamed',
      git,
      git.replaceAll('.io/git-repo', '.io/git-repo.docs').replaceAll('git-container', 'git-container.docs'),
      'git.docs injected, git removed',
    ],
    ['gone, as all are', git, '        other: x', 'git removed'],
    ['off for the whole pod', git, `${git}\n        sidecar.io/inject: "false"`, 'git removed'],
  ])('gives what the plain manifest gives: an annotation is %s', (_, first, second, report) => {
    for (const more of ['', init + volumes]) {
      const injected = inject(deployment(first, more)).stdout;
      const edited = injected.replace(first, second);
      expect(edited).not.toBe(injected);
      const again = inject(edited);
      expect(again).toMatchObject({ code: 0, stderr: `deployment/shop: ${report}\n` });
      expect(parse(again.stdout)).toEqual(parse(inject(deployment(second, more)).stdout));
      for (const comment of ['# The shop.', '# its name', '# What the team', '# The app.', '# pinned'])
        expect(again.stdout).toContain(comment);
    }
  });

  it('needs no template of a sidecar that was deleted meanwhile', () => {
    const template = `apiVersion: sidecar.io/v1alpha1
kind: ClusterSidecarTemplate
metadata: { name: old }
spec:
  summary: x
  failurePolicy: Ignore
  image: x
  containers: [{ name: "\${ instance.id }", securityContext: { runAsUser: 1 } }]
  env: [{ name: OLD, value: x }]
`;
    const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'old.yaml'), template);
    const stdin = deployment('        sidecar.io/old: "true"');
    const injected = run(['inject', '-f', '-', '--catalog', folder], { stdin }).stdout;
    expect(injected).toContain('sidecar-old');
    const plain = deployment('        other: x');
    expect(inject(injected.replace('sidecar.io/old: "true"', 'other: x')).stdout).toBe(plain);
  });

  it('changes nothing where nothing changed, and renews what another version wrote', () => {
    const injected = inject(deployment(git, volumes)).stdout;
    expect(inject(injected)).toEqual({
      ...{ code: 0, stdout: injected },
      stderr: 'deployment/shop: unchanged: The pod has every sidecar that it asks for.\n',
    });
    const older = injected.replace('"version":"0.1.0"', '"version":"0.0.9"');
    expect(parse(inject(older).stdout)).toEqual(parse(injected));
  });

  it.each([
    ['an image', /image: registry\S*git-sync:\S*/, 'image: mirror.example.com/git-sync:v1'],
    ['a user', 'runAsUser: 65533', 'runAsUser: 0'],
    ['an argument', '- --depth=1\n', '- --depth=1\n                - --verbose=9\n'],
    ['a field', /\n *failureThreshold: \d+/, ''],
  ])('restores %s of a sidecar that was changed by hand', (_, from, to) => {
    const injected = inject(deployment(git, volumes)).stdout;
    const changed = injected.replace(from, to);
    expect(changed).not.toBe(injected);
    expect(inject(changed)).toMatchObject({ code: 0, stderr: 'deployment/shop: git injected\n' });
    expect(parse(inject(changed).stdout)).toEqual(parse(injected));
  });

  it('follows --users', () => {
    const template = inject(deployment(git)).stdout;
    const cluster = inject(deployment(git), '--users', 'cluster').stdout;
    expect([template, cluster].map((text) => text.includes('runAsUser'))).toEqual([true, false]);
    expect(parse(inject(template, '--users', 'cluster').stdout)).toEqual(parse(cluster));
    expect(parse(inject(cluster).stdout)).toEqual(parse(template));
    expect(inject(cluster, '--users', 'cluster').stdout).toBe(cluster);
  });

  it('changes the form where that is asked for', () => {
    const native = inject(deployment(git)).stdout;
    const classic = inject(deployment(git), '--native', 'false').stdout;
    expect(parse(inject(native, '--native', 'false').stdout)).toEqual(parse(classic));
    expect(parse(inject(classic).stdout)).toEqual(parse(native));
  });

  it('reports problems of the new annotations, and prints nothing', () => {
    const edited = inject(deployment(git)).stdout.replace(
      'sidecar.io/git-container: "*"',
      'sidecar.io/git-container: no',
    );
    expect(inject(edited)).toMatchObject({ code: 1, stdout: '' });
  });

  it('prints the whole change as a patch', () => {
    const injected = JSON.parse(inject(json, '-o', 'json').stdout);
    injected.metadata.annotations['sidecar.io/topz-port'] = '21999';
    const patch = JSON.parse(inject(JSON.stringify(injected), '-o', 'patch').stdout);
    expect(patch.map(({ op }: { op: string }) => op)).toEqual(expect.arrayContaining(['remove', 'add']));
  });
});
