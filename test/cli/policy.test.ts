import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { policyObject } from '../policy/policy.ts';
import { run } from './run.ts';

const topz = policyObject('shop-topz', { require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['port'] }] });
const files = { 'policy.yaml': JSON.stringify(topz) };
const object = (kind: string, name: string, metadata: object, more = {}) => ({
  ...{ apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, metadata: { name, ...metadata }, ...more },
});
const spec = { containers: [{ name: 'web', image: 'web' }] };
const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: '1', controller: true };
const deployment = (name: string, annotations: object) =>
  object('Deployment', name, { namespace: 'shop' }, { spec: { template: { metadata: { annotations }, spec } } });
const cluster = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    object('Namespace', 'shop', { labels: { team: 'shop' } }),
    deployment('web', {}),
    deployment('stubborn', { 'sidecar.io/topz': 'false' }),
    deployment('ready', { 'sidecar.io/topz-port': '21999', 'sidecar.io/topz': 'true' }),
    object('Pod', 'web-1-x', { namespace: 'shop', ownerReferences: [owner] }, { spec }),
    object('Pod', 'alone', { namespace: 'shop' }, { spec }),
    object('Pod', 'elsewhere', { namespace: 'other' }, { spec }),
  ],
};

describe('sidecar policy test', () => {
  it.each(['Enforce', 'Audit'])('lists what the policy would change or refuse, with the action %s', (action) => {
    const policy = JSON.stringify({ ...topz, spec: { ...(topz.spec as object), action } });
    const { code, stdout } = run(['policy', 'test', '-f', 'p.yaml', '--cluster'], {
      files: { 'p.yaml': policy },
      cluster,
    });
    expect(stdout.split('\n')).toEqual([
      'shop/deployment/web: would get topz as the policies say',
      expect.stringMatching(
        /^shop\/deployment\/stubborn: would be refused: .*The policy shop-topz requires the sidecar topz\./,
      ),
      'shop/pod/alone: would get topz as the policies say',
      '1 would be refused, 2 changed, 2 stay as they are.',
      '',
    ]);
    expect(code).toBe(1);
  });

  it('lists what is refused without the policy too, whether or not the policy is among the reasons', () => {
    const { code, stdout } = run(['policy', 'test', '-f', 'policy.yaml', '--cluster'], {
      files,
      cluster: {
        ...cluster,
        items: [
          ...cluster.items.slice(0, 1),
          deployment('typo', { 'sidecar.io/topz-prot': '1', 'sidecar.io/topz': 'false' }),
        ],
      },
    });
    expect(stdout).toMatch(/^shop\/deployment\/typo: would be refused, also without the policies: .*topz-prot/);
    expect(stdout).toContain('The policy shop-topz requires the sidecar topz.');
    expect(stdout).toMatch(/^1 would be refused, 0 changed, 0 stay as they are\.$/m);
    expect(code).toBe(1);
  });

  it('reads manifests, too, and says when there is no cluster', () => {
    const all = { ...files, 'all.json': JSON.stringify(cluster) };
    expect(run(['policy', 'test', '-f', 'policy.yaml', '-f', 'all.json'], { files: all }).stdout).toContain(
      '2 changed',
    );
    expect(run(['policy', 'test', '-f', 'policy.yaml', '--cluster'], { files })).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('The cluster of kubectl does not answer. /version: no cluster') },
    });
  });
});

describe('sidecar policy compile', () => {
  it('prints objects that check and inject have nothing to say about', () => {
    const { stdout } = run(['policy', 'compile', '-f', 'policy.yaml'], { files });
    expect(stdout).toContain('kind: PodTemplate');
    expect(run(['check', '-f', '-'], { stdin: stdout })).toEqual({
      ...{ code: 0, stdout: '', stderr: '0 problems, 0 warnings.\n' },
    });
    expect(run(['inject', '-f', '-'], { stdin: stdout }).stderr).toBe('');
  });

  it('prints what injects the sidecars where the policy fixes all of them, and otherwise says why not', () => {
    const https = (lock: readonly string[]) =>
      policyObject('shop-https', {
        require: [{ sidecar: 'https', settings: { secret: 'tls', target: '8080' }, lock }],
      });
    const compiled = (lock: readonly string[], ...flags: readonly string[]) =>
      run(['policy', 'compile', '-f', 'p.yaml', ...flags], { files: { 'p.yaml': JSON.stringify(https(lock)) } });
    const binding = 'kind: MutatingAdmissionPolicyBinding';
    expect(compiled(['*'], '--inject')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining(binding),
    });
    expect(compiled(['*']).stdout).not.toContain(binding);
    const open = compiled(['target'], '--inject');
    expect(open.stdout).not.toContain(binding);
    expect(open.stderr).toBe(
      'note: While no injector answers, pods of the policy shop-https are refused: https has settings that others may change: lock is not ["*"].\n',
    );
  });

  it('prints the parameters first, then the bindings of the rules', () => {
    const { code, stdout } = run(
      ['policy', 'compile', '-f', 'policy.yaml', '--release', 'inj', '--release-namespace', 'ns'],
      { files },
    );
    const objects = parseAllDocuments(stdout).map((document) => document.toJS());
    expect(code).toBe(0);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)).toEqual([
      'PodTemplate ns/inj-shop-topz',
      'ValidatingAdmissionPolicyBinding /inj-policies-shop-topz',
      'ValidatingAdmissionPolicyBinding /inj-policies-access-shop-topz',
      'ValidatingAdmissionPolicyBinding /inj-policies-namespaces-shop-topz',
    ]);
    expect(objects[0].template.spec.initContainers[0].args).toContain('--addr=0.0.0.0:21999');
  });

  it('leaves out the namespaces and the users that the chart leaves out', () => {
    const compiled = (...flags: readonly string[]) => {
      const { stdout } = run(['policy', 'compile', '-f', 'policy.yaml', ...flags], { files });
      const [parameters, binding] = parseAllDocuments(stdout).map((document) => document.toJS());
      const [{ values }] = binding.spec.matchResources.namespaceSelector.matchExpressions.slice(-1);
      return { values, user: parameters.template.spec.initContainers[0].securityContext.runAsUser };
    };
    const usual = ['kube-node-lease', 'kube-system', 'sidecar-injector'];
    expect(compiled()).toEqual({ values: usual, user: 65532 });
    expect(compiled('--excluded-namespaces=legacy,build').values).toEqual(['build', ...usual, 'legacy'].sort());
    expect(compiled('--users=cluster').user).toBeUndefined();
  });
});

describe('wrong use', () => {
  it.each<[readonly string[], string]>([
    [['policy'], 'Write policy compile or policy test.'],
    [['policy', 'tset', '-f', 'policy.yaml'], 'Unknown command policy tset. Did you mean test?'],
    [['policy', 'test'], 'Name a policy with -f.'],
    [['policy', 'test', 'policy.yaml', '-f', 'policy.yaml'], 'Name files with -f: -f policy.yaml.'],
    [['policy', 'test', '-f', 'none.yaml'], 'The files have no SidecarPolicy.'],
  ])('%j', (args, message) => {
    const { code, stderr } = run(args, { files: { ...files, 'none.yaml': 'kind: Namespace' } });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('a problem of a policy is shown where it is', () => {
    const bad = JSON.stringify(policyObject('bad', { forbid: ['topzz'] }), null, 2);
    const { code, stderr } = run(['policy', 'test', '-f', 'bad.yaml'], { files: { 'bad.yaml': bad } });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^bad\.yaml:\d+:\d+: .*spec\.forbid\[0\]: The cluster has no sidecar "topzz"\. Did you mean topz\?/,
    );
  });
});
