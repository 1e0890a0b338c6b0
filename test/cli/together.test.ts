// Every command reads files in the same way: what decides about pods counts for the pods among them.
import { describe, expect, it } from 'vitest';
import { loadTemplates } from '../../src/catalog/load.ts';
import { policyObject } from '../policy/policy.ts';
import { run } from './run.ts';

const template = (kind: string, name: string, namespace?: string) => ({
  ...{ apiVersion: 'sidecar.io/v1alpha1', kind, metadata: { name, ...(namespace ? { namespace } : {}) } },
  spec: {
    ...{ summary: 'Says hello.', failurePolicy: 'Ignore', image: 'example.com/hello:1' },
    containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1000 } }],
  },
});
const pod = (name: string, namespace: string, annotations: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, annotations } },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
});
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'shop' } } };
const policy = policyObject('has-topz', { require: [{ sidecar: 'topz' }], forbid: ['greeter'] });
const greets = { 'sidecar.io/greeter': 'true' };

/** A command on one file for each object. */
function on(objects: readonly object[], ...command: readonly string[]) {
  return run([...command, '-f', 'f'], { files: filesOf(objects) });
}

function filesOf(objects: readonly object[]) {
  return Object.fromEntries(objects.map((object, i) => [`f/${i}.json`, JSON.stringify(object)]));
}

describe('a template, a policy and a Namespace among the files', () => {
  const greeter = template('ClusterSidecarTemplate', 'greeter');
  const forbidden = /The policy has-topz forbids the sidecar greeter/;

  it('check', () => {
    expect(on([greeter, pod('web', 'shop', greets)], 'check')).toMatchObject({ code: 0, stdout: '' });
    const { code, stdout } = on([greeter, namespace, policy, pod('web', 'shop', greets)], 'check');
    expect([code, stdout]).toEqual([1, expect.stringMatching(forbidden)]);
  });

  it('inject', () => {
    const { stdout } = on([greeter, pod('web', 'shop', greets)], 'inject');
    expect(stdout).toContain('sidecar-greeter');
    expect(on([namespace, policy, pod('web', 'shop'), greeter], 'inject').stdout).toContain('sidecar-topz');
    const { code, stderr } = on([greeter, namespace, policy, pod('web', 'shop', greets)], 'inject');
    expect([code, stderr]).toEqual([1, expect.stringMatching(forbidden)]);
  });

  it('explain', () => {
    expect(on([greeter, pod('web', 'shop', greets)], 'explain').stdout).toContain('pod/web in shop would get greeter.');
    expect(on([greeter, namespace, policy, pod('web', 'shop', greets)], 'explain').stdout).toMatch(forbidden);
  });

  it('policy test', () => {
    const { code, stdout } = on(
      [greeter, namespace, policy, pod('plain', 'shop'), pod('web', 'shop', greets), pod('web', 'other', greets)],
      ...['policy', 'test'],
    );
    expect(code).toBe(1);
    expect(stdout).toContain('shop/pod/plain: would get topz as the policies say\n');
    expect(stdout).toMatch(/^shop\/pod\/web: would be refused: .*The policy has-topz forbids the sidecar greeter/m);
    expect(stdout).toContain('1 would be refused, 1 changed, 1 stay as they are.');
  });

  it('policy compile', () => {
    const requires = policyObject('greets', { require: [{ sidecar: 'greeter' }] });
    const { code, stdout } = on([greeter, requires], 'policy', 'compile');
    expect([code, stdout]).toEqual([0, expect.stringContaining('example.com/hello:1')]);
  });

  it.each(['check', 'inject', 'explain'])('%s says what is wrong with a template', (command) => {
    const broken = { ...greeter, spec: { ...greeter.spec, image: 1 } };
    const { code, stdout, stderr } = on([broken, pod('web', 'shop')], command);
    expect(code).toBeGreaterThan(0);
    expect(stdout + stderr).toContain('clustersidecartemplate/greeter: spec.image');
  });
});

it.each(['check', 'inject', 'explain'])('%s refuses more templates of a namespace than a cluster takes', (command) => {
  const all = Array.from({ length: 101 }, (_, i) => template('SidecarTemplate', `g${i}`, 'shop'));
  const listed = (templates: readonly object[]) => {
    const items = [...templates, template('SidecarTemplate', 'g', 'news'), pod('web', 'shop')];
    return on([{ apiVersion: 'v1', kind: 'List', items }], command);
  };
  const { code, stdout, stderr } = listed(all);
  expect(code).toBeGreaterThan(0);
  expect((stdout + stderr).match(/sidecartemplate\/.*the namespace already has 100 templates/g)).toEqual([
    expect.stringContaining('sidecartemplate/g100: '),
  ]);
  expect(listed(all.slice(1)).code).toBe(0);
});

describe('labels of a namespace that are not known', () => {
  const requires = policyObject('has-topz', { require: [{ sidecar: 'topz' }] });
  const note = (name: string) =>
    `note: The labels of the namespace ${name} are unknown, so these policies may be for its pods or not: has-topz. Add the Namespace object to the files.\n`;

  it.each([['check'], ['inject'], ['explain'], ['policy', 'test']])('are named: %s', (...command) => {
    const objects = [requires, pod('a', 'shop'), pod('b', 'shop'), pod('c', 'other')];
    const { stderr } = on(objects, ...command);
    expect(stderr.match(/^note: .*\n/gm)).toEqual([note('shop'), note('other')]);
    expect(on([...objects, namespace], ...command).stderr.match(/^note: .*\n/gm)).toEqual([note('other')]);
  });

  it('do not matter to a policy that selects by name, or selects all, nor without pods', () => {
    const selecting = (namespaceSelector: object) => policyObject('has-topz', { namespaceSelector, forbid: ['git'] });
    const byName = { 'kubernetes.io/metadata.name': 'shop' };
    const noted = (selector: object) => on([selecting(selector), pod('a', 'shop'), pod('b', 'other')], 'check').stderr;
    for (const selector of [{}, { matchLabels: byName }]) expect(noted(selector)).toBe('0 problems, 0 warnings.\n');
    expect(noted({ matchLabels: { ...byName, team: 'shop' } })).toBe(`${note('shop')}0 problems, 0 warnings.\n`);
    expect(on([requires], 'check').stderr).not.toContain('note: ');
  });
});

describe('a SidecarTemplate', () => {
  const tenant = { 'sidecar.io/tenant': 'true' };
  const inShop = template('SidecarTemplate', 'tenant', 'shop');
  const inOther = template('SidecarTemplate', 'tenant', 'other');

  it('counts for the pods of its namespace only', () => {
    expect(on([inShop, pod('web', 'shop', tenant)], 'check')).toMatchObject({ code: 0, stdout: '' });
    const elsewhere = [inShop, pod('web', 'other', tenant)];
    for (const command of ['check', 'inject', 'explain']) {
      const { stdout, stderr } = on(elsewhere, command);
      expect(stdout + stderr, command).toContain('[unknown-annotation]');
    }
  });

  it('that names no namespace is in that of -n', () => {
    const { namespace: _, ...metadata } = inShop.metadata;
    const objects = [{ ...inShop, metadata }, pod('web', 'shop', tenant)];
    expect(on(objects, 'check', '-n', 'shop').code).toBe(0);
    expect(on(objects, 'check', '-n', 'other').stdout).toContain('[unknown-annotation]');
  });

  it('can have the name of one in another namespace, but not in its own, and none of the cluster', () => {
    const pods = [pod('web', 'shop', tenant), pod('web', 'other', tenant)];
    expect(on([inShop, inOther, ...pods], 'check')).toMatchObject({ code: 0, stdout: '' });
    expect(on([inShop, inOther], 'template', 'check').code).toBe(0);
    expect(on([inShop, inShop], 'check').stdout).toContain('a sidecar named tenant exists');
    expect(on([template('SidecarTemplate', 'topz', 'shop')], 'check').code).toBe(1);
  });

  it('of a folder of --catalog counts for the pods of its namespace only', () => {
    const { catalog } = loadTemplates([{ name: 'tenant.yaml', text: JSON.stringify(inShop) }]);
    const inject = (namespace: string) =>
      run(['inject', '-f', 'f'], { catalog, files: filesOf([pod('web', namespace, tenant)]) });
    expect(inject('shop').stdout).toContain('sidecar-tenant');
    expect(inject('other').stderr).toContain('[unknown-annotation]');
  });
});

describe('flags about a cluster that is not asked', () => {
  const job = {
    ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'report' } },
    spec: {
      template: {
        metadata: { annotations: { 'sidecar.io/topz': 'true' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1' }] },
      },
    },
  };

  it.each(['check', 'inject', 'explain'])('%s: the version decides whether sidecars are native', (command) => {
    const said = (...flags: string[]) => {
      const { stdout, stderr } = on([job], command, ...flags);
      return /never complete|never end/.test(stdout + stderr);
    };
    expect(said()).toBe(false);
    expect(said('--kube-version', '1.28')).toBe(true);
    expect(said('--kube-version', '1.28', '--native=true')).toBe(false);
    expect(said('--native=false')).toBe(true);
  });

  it.each(['check', 'inject', 'explain'])('%s: the cluster knows its own', (command) => {
    for (const flag of ['--kube-version=1.28', '--native=true', '--users=cluster', '--policy=f']) {
      const { code, stderr } = on([job], command, '--cluster', flag);
      expect([code, stderr]).toEqual([2, expect.stringContaining(flag.replace(/=.*/, ''))]);
    }
  });
});
