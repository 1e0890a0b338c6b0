import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inject, plainPod, run, workload } from './run.ts';

/** A SidecarPolicy that concerns every namespace. */
const forbiddingTopz = JSON.stringify({
  ...{ apiVersion: 'sidecar.io/v1alpha1', kind: 'SidecarPolicy', metadata: { name: 'no-topz' } },
  spec: { namespaceSelector: {}, forbid: ['topz'], action: 'Enforce' },
});

const cron = ['jobTemplate', 'spec', 'template'];
const kinds: [kind: string, apiVersion: string, path?: string[]][] = [
  ['Deployment', 'apps/v1'],
  ['Deployment', 'extensions/v1beta1'],
  ['StatefulSet', 'apps/v1'],
  ['DaemonSet', 'apps/v1'],
  ['ReplicaSet', 'apps/v1'],
  ['ReplicationController', 'v1'],
  ['Job', 'batch/v1'],
  ['CronJob', 'batch/v1', cron],
  ['Rollout', 'argoproj.io/v1alpha1'],
  ['CloneSet', 'apps.kruise.io/v1alpha1'],
  ['AdvancedCronJob', 'apps.kruise.io/v1alpha1', ['template', ...cron]],
  ['Service', 'serving.knative.dev/v1'],
  ['LeaderWorkerSet', 'leaderworkerset.x-k8s.io/v1', ['leaderWorkerTemplate', 'workerTemplate']],
  ['SparkApplication', 'sparkoperator.k8s.io/v1beta2', ['driver', 'template']],
];

/** What `inject` prints about an object that gets topz. */
const reported = (kind: string, apiVersion: string) => {
  const name = `${kind.toLowerCase()}/web`;
  const refuses = `${name}: warning: Knative Serving refuses the fields of sidecars in its pod template, unless its feature flags allow them. Leave the injection to the webhook.\n`;
  return `${apiVersion.startsWith('serving.knative.dev/') ? refuses : ''}${name}: topz injected\n`;
};

describe('what is injected', () => {
  it.each(kinds)('the pod template of a %s of %s', (kind, apiVersion, path = ['template']) => {
    const { code, stdout, stderr } = inject(workload(kind, apiVersion, path), '-o', 'json');
    expect(code).toBe(0);
    expect(stderr).toBe(reported(kind, apiVersion));
    const pod = path.reduce((value, step) => value[step], JSON.parse(stdout).spec);
    expect(pod.spec.initContainers).toMatchObject([{ name: 'sidecar-topz', restartPolicy: 'Always' }]);
  });

  it.each(kinds)('the pod template of a %s of %s that is annotated itself', (kind, apiVersion, path = ['template']) => {
    const annotated = (annotations: object) => {
      const object = JSON.parse(workload(kind, apiVersion, path));
      const template = path.reduce((value, step) => value[step], object.spec);
      delete template.metadata;
      object.metadata.annotations = annotations;
      return inject(JSON.stringify(object), '-o', 'json');
    };
    const { code, stdout, stderr } = annotated({ 'sidecar.io/topz': 'true' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: reported(kind, apiVersion) });
    const pod = path.reduce((value, step) => value[step], JSON.parse(stdout).spec);
    expect(pod.spec.initContainers).toMatchObject([{ name: 'sidecar-topz' }]);
    expect(annotated({ 'sidecar.io/topz-port': '8081' }).stderr).toContain(
      `${kind.toLowerCase()}/web: metadata.annotations['sidecar.io/topz-port']: The sidecar topz is not turned on`,
    );
  });

  it('not a kind that nobody has declared, and says how to declare it', () => {
    const fleet = JSON.parse(workload('Fleet', 'example.com/v1', ['groups', 'template']));
    fleet.spec.groups = [fleet.spec.groups, fleet.spec.groups];
    const stdin = JSON.stringify(fleet);
    const said =
      "fleet/web: The injector does not know the kind Fleet.example.com, which has a pod template. Declare it with --workload 'Fleet.example.com=spec.groups.*.template', and for the cluster in the chart's value workloads.";
    expect(inject(stdin)).toEqual({ code: 0, stdout: stdin, stderr: `${said.replace(' ', ' warning: ')}\n` });
    expect(run(['explain', '-f', '-'], { stdin })).toEqual({ code: 1, stdout: '', stderr: `error: ${said}\n` });
    expect(run(['check', '-f', '-'], { stdin })).toMatchObject({
      ...{ code: 0, stdout: `stdin:1:1: warning: ${said} [unknown-workload]\n` },
    });
    const declared = ['--workload', 'Fleet.example.com=spec.groups.*.template'];
    expect(inject(stdin, ...declared).stderr).toBe('fleet/web: topz injected\nfleet/web: topz injected\n');
    expect(run(['explain', '-f', '-', ...declared], { stdin }).stdout).toMatch(
      /^fleet\/web in default would get topz\./,
    );
    const wrong = stdin.replace('"true"', '"yes"');
    expect(run(['check', '-f', '-', ...declared], { stdin: wrong }).stdout).toMatch(
      /^stdin:1:\d+: error: fleet\/web: spec\.groups\[0\]\.template\.metadata.*\[bad-switch\]$/m,
    );
    expect(inject(stdin.replaceAll('sidecar.io/topz', 'app')).stderr).toBe('');
  });

  it('a kind that is declared, by inject, uninject and policy test', () => {
    const fleet = workload('Fleet', 'example.com/v1', ['group', 'template']);
    expect(inject(fleet).stderr).not.toContain('topz injected');
    const declared = '--workload=Fleet.example.com=spec.group.template';
    const injected = inject(fleet, declared);
    expect(injected.stderr).toBe('fleet/web: topz injected\n');
    expect(run(['uninject', '-f', '-', declared], { stdin: injected.stdout }).stdout).toBe(fleet);
    expect(
      run(['policy', 'test', '-f', '-', declared], { stdin: `${fleet}\n---\n${forbiddingTopz}` }).stdout,
    ).toContain('fleet/web');
    for (const command of ['inject', 'uninject', 'policy', 'check', 'explain']) {
      const { code, stderr } = run([command, '-f', '-', '--workload', 'Fleet=spec'], { stdin: fleet });
      expect(code).toBe(2);
      expect(stderr).toContain(
        '--workload Fleet=spec: Write KIND.GROUP=PATH, such as Widget.example.com=spec.template.',
      );
    }
  });

  it('not annotations that are too much for the pod templates of a workload, in the words of the webhook', () => {
    const template = { spec: { containers: [{ name: 'web' }] } };
    const stderrWith = (size: number) =>
      inject(
        JSON.stringify({
          ...{ apiVersion: 'ray.io/v1', kind: 'RayCluster' },
          metadata: { name: 'web', annotations: { 'sidecar.io/logs-files': '/'.repeat(size) } },
          spec: { workerGroupSpecs: [{ template }, { template }, { template }] },
        }),
      ).stderr;
    expect(stderrWith(200_000)).toContain(
      'metadata.annotations: This RayCluster has 3 pod templates. Its sidecar annotations can go to 100, and to fewer where they are long.',
    );
    expect(stderrWith(270_000)).toContain(
      'metadata.annotations: The annotations have more than the 262144 bytes that Kubernetes allows.',
    );
  });

  it('both pod templates of a LeaderWorkerSet', () => {
    const template = { spec: { containers: [{ name: 'web' }] } };
    const { stdout, stderr } = inject(
      JSON.stringify({
        ...{ apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet' },
        metadata: { name: 'web', annotations: { 'sidecar.io/topz': 'true' } },
        spec: { leaderWorkerTemplate: { leaderTemplate: template, workerTemplate: template } },
      }),
    );
    expect(stderr).toBe('leaderworkerset/web: topz injected\nleaderworkerset/web: topz injected\n');
    expect(JSON.parse(stdout).spec.leaderWorkerTemplate.leaderTemplate.spec.initContainers).toHaveLength(1);
  });

  it('nothing of a workload without a pod template, and says so', () => {
    const rollout =
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web, annotations: {sidecar.io/topz: "true"}}\n';
    expect(inject(`${rollout}spec: {workloadRef: {name: web}}\n`).stderr).toBe(
      'rollout/web: warning: metadata.annotations: This Rollout has no pod template at spec.template, so sidecar annotations have no effect.\n',
    );
  });

  it('a pod', () => {
    const { code, stdout } = inject(plainPod);
    expect(code).toBe(0);
    expect(stdout).toContain('  name: web # the app\n');
    expect(stdout).toContain('    - name: sidecar-topz\n');
  });

  it('not the kinds of other projects, which pass through byte for byte', () => {
    const others = [
      'apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nspec: {template: {metadata: {annotations: {sidecar.io/topz: "true"}}}}\n',
      'apiVersion: v1\nkind: ConfigMap\ndata: {  a:  "b"  }   # spaces   \n\n\n',
      'just: "a map"\n',
    ];
    for (const text of others) expect(inject(text)).toEqual({ code: 0, stdout: text, stderr: '' });
  });

  it('every document of a stream, and nothing between them changes', () => {
    const service = 'kind: Service\napiVersion: v1\nmetadata: {name: s}';
    const text = `# head\n---\n${plainPod}# tail of the pod\n--- # next\n${service}\n...\n---\n---\n${plainPod}`;
    const { code, stdout, stderr } = inject(text);
    expect(code).toBe(0);
    expect(stderr).toBe('pod/web: topz injected\npod/web: topz injected\n');
    for (const part of ['# head\n---\n', '# tail of the pod\n--- # next\n', `${service}\n...\n---\n---\n`]) {
      expect(stdout).toContain(part);
    }
  });

  it('the items of a List, in YAML and in JSON, and of a list of one kind', () => {
    const item = plainPod.replaceAll(/^(?=.)/gm, '    ').replace('    apiVersion', '  - apiVersion');
    const yaml = inject(`apiVersion: v1\nkind: List\nitems:\n${item}  - kind: Secret # kept\n`);
    expect(yaml.stderr).toBe('pod/web: topz injected\n');
    expect(yaml.stdout).toContain('        - name: sidecar-topz\n');
    expect(yaml.stdout).toContain('  - kind: Secret # kept\n');
    const items = [{ metadata: { annotations: { 'sidecar.io/topz': 'true' } }, spec: { containers: [{ name: 'a' }] } }];
    const json = inject(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items }, null, 4));
    expect(JSON.parse(json.stdout).items[0].spec.initContainers).toHaveLength(1);
    expect(json.stderr).toBe('pod/(no name): topz injected\n');
  });

  it('with annotations of the workload and of its namespace', () => {
    const bare = workload('Deployment', 'apps/v1').replace(/"annotations":\{.*?\}/, '"annotations":{}');
    const asking = bare.replace('"name":"web"', '"name":"web","annotations":{"sidecar.io/topz":"true"}');
    expect(inject(bare).stderr).toBe('deployment/web: unchanged: No annotation asks for a sidecar.\n');
    expect(inject(asking).stderr).toBe('deployment/web: topz injected\n');
    const namespace =
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {sidecar.io/inject: enabled}, annotations: {sidecar.io/topz: "true"}}\n';
    const world = { stdin: bare, files: { 'ns.yaml': namespace } };
    const flags = ['inject', '-f', '-', '--namespace-file', 'ns.yaml'];
    expect(run(flags, world).stderr).toContain('unchanged');
    expect(run([...flags, '-n', 'shop'], world).stderr).toBe('deployment/web: topz injected\n');
    const own = bare.replace('"name":"web"', '"name":"web","namespace":"shop"');
    expect(run(flags, { ...world, stdin: own }).stderr).toBe('deployment/web: topz injected\n');
    expect(inject(`${namespace}---\n${own}`).stderr).toBe('deployment/web: topz injected\n');
  });

  it('and says where a variable is there twice, which kubectl apply does not handle', () => {
    const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const template = {
      ...{ apiVersion: 'sidecar.io/v1alpha1', kind: 'ClusterSidecarTemplate', metadata: { name: 'agent' } },
      spec: {
        ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x' },
        containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1 } }],
        env: [
          { name: 'OPTIONS', value: 'b', $ifSet: 'append' },
          { name: 'OTHER', value: '$(OPTIONS)' },
        ],
      },
    };
    writeFileSync(join(folder, 'agent.yaml'), JSON.stringify(template));
    const agent = workload('Deployment', 'apps/v1').replace('topz', 'agent');
    const withOwn = agent.replace('"name":"web"}]', '"name":"web","env":[{"name":"OPTIONS","value":"a"}]}]');
    const warnings = (stdin: string) => {
      const { code, stderr } = inject(stdin, '--catalog', folder);
      expect(code).toBe(0);
      return stderr.match(/^.*warning: .*$/gm);
    };
    expect(warnings(agent)).toBeNull();
    expect(warnings(withOwn)).toEqual([
      'deployment/web: warning: The manifest has two entries for OPTIONS, which kubectl apply does not handle. Leave the injection to the webhook, or use kubectl replace.',
    ]);
  });

  it('in the classic form where the cluster is too old, or when that is asked for', () => {
    const containers = (...flags: string[]) => {
      const pod = JSON.parse(inject(plainPod, '-o', 'json', ...flags).stdout);
      return pod.spec.containers.length;
    };
    expect(containers()).toBe(1);
    expect(containers('--kube-version', '1.28.4')).toBe(2);
    expect(containers('--kube-version=v1.33')).toBe(1);
    expect(containers('--native=false')).toBe(2);
    expect(containers('--native', 'true', '--kube-version', '1.28')).toBe(1);
  });
});
