// The whole way of a policy on a real API server: written, checked, in use, held while no injector answers, and taken
// back.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWebhook } from '../../demo/webhook.ts';
import { run } from '../cli/run.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { policyObject } from '../policy/policy.ts';
import { type Charted, registrationFlags, startCharted } from './chart.ts';
import { template } from './cluster-templates.ts';
import { command } from './command.ts';
import { bare, create, installRules } from './enforced.ts';
import { pageOf } from './pages.ts';
import { applied } from './setup.ts';

const topz = (more: object = {}) =>
  policyObject('shop-topz', { require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['port'] }], ...more });
const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 120_000, interval: 300 });

let charted: Charted;
let kubectlProgram: string;
beforeAll(async () => {
  kubectlProgram = (await ensureBinaries(['kubectl'])).kubectl;
  charted = await startCharted({ settings: ['policies.countEvery=5m'], webhookFlags: ['--count-pods=1s'] });
  await installRules(charted.cluster);
  const namespace = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { team: name } },
  });
  await applied(charted.cluster, namespace('shop'), namespace('other'));
}, 900_000);
afterAll(() => charted?.stop());

const kubectl = (...args: readonly string[]) => charted.cluster.kubectl(args);
const conditions = async (name: string) => {
  const { stdout } = await kubectl('get', 'sidecarpolicy', name, '-o', 'json');
  const { status } = JSON.parse(stdout) as {
    status?: { conditions: { type: string; status: string; message: string }[] };
  };
  return Object.fromEntries(
    (status?.conditions ?? []).map(({ type, status, message }) => [type, `${status}: ${message}`]),
  );
};
const untilEnforced = (name: string, word = 'True') =>
  until(async () => expect((await conditions(name)).Enforced).toMatch(new RegExp(`^${word}`)));
const tried = async (pod: object) => {
  const { code, stdout, stderr } = await create(charted.cluster, pod, '-o', 'json');
  return code === 0 ? stdout + stderr : stderr;
};
const annotated = (annotations: object) => ({ ...bare, metadata: { ...bare.metadata, annotations } });

describe('a policy that is written', () => {
  it.each<[string, object, string]>([
    ['by the schema', { action: 'Refuse' }, 'Unsupported value: "Refuse"'],
    ['by a rule', { require: [{ sidecar: 'topz', lock: ['port'] }] }, 'lock names parameters in settings, or "*"'],
    [
      'by a rule',
      { require: [{ sidecar: 'topz' }], forbid: ['topz'] },
      'a policy cannot require a sidecar and forbid it',
    ],
    ['by a rule', { exempt: [{ reason: 'x' }] }, 'an exemption needs a podSelector or serviceAccounts'],
    [
      'by the schema',
      { podSelector: { matchExpressions: [{ key: 'a.-b/c', operator: 'Exists' }] } },
      'podSelector.matchExpressions[0].key in body should match',
    ],
    ['by the injector', { podSelector: { matchLabels: { 'a..b/c': 'x' } } }, 'must be the key of a label'],
    ['by the injector', { forbid: ['topzz'] }, 'The cluster has no sidecar "topzz". Did you mean topz?'],
  ])('is refused %s: %j', async (_, spec, message) => {
    const stdin = JSON.stringify(policyObject('bad', spec));
    const { code, stderr } = await charted.cluster.kubectl(['apply', '-f', '-'], { stdin });
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

describe('a policy that requires git without a repo', () => {
  const apply = (name: string, require: object) =>
    charted.cluster.kubectl(['apply', '--dry-run=server', '-f', '-'], {
      stdin: JSON.stringify(policyObject(name, { require: [require] })),
    });

  it('is taken with a warning, and without one where it sets the repo', async () => {
    const { code, stderr } = await apply('git', { sidecar: 'git' });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Warning: spec\.require\[0\]\.settings: .*The sidecar git needs sidecar\.io\/git-repo/);
    const settings = { repo: 'https://h/r' };
    expect(await apply('git', { sidecar: 'git', settings })).toMatchObject({ code: 0, stderr: '' });
  });

  it('is refused where it locks everything', async () => {
    const { code, stderr } = await apply('git', { sidecar: 'git', lock: ['*'] });
    expect([code, stderr]).toEqual([1, expect.stringContaining('Set it here: lock has "*", so nobody else can.')]);
  });
});

it('a policy that gives two sidecars the same port is taken with a warning', async () => {
  const settings = { port: '21999' };
  const ambassador = { sidecar: 'ambassador', settings: { ...settings, target: 'db:1' } };
  const stdin = JSON.stringify(policyObject('ports', { require: [{ sidecar: 'topz', settings }, ambassador] }));
  const { code, stderr } = await charted.cluster.kubectl(['apply', '--dry-run=server', '-f', '-'], { stdin });
  expect([code, stderr]).toEqual([0, expect.stringContaining('topz and ambassador both have port 21999.')]);
});

describe('the key of a label in a policy', () => {
  const dryRun = async (object: object) => {
    const stdin = JSON.stringify(object);
    return (await charted.cluster.kubectl(['create', '--dry-run=server', '-f', '-'], { stdin })).code;
  };
  it.each([
    ...['a', 'A_b.c', 'a/b', 'a.b/c', 'a-b.c--d/E', `${'a'.repeat(253)}/b`, `a/${'b'.repeat(63)}`],
    ...[
      '',
      '-a',
      'a-',
      'a//b',
      '/a',
      'a/',
      'A/b',
      'a_b/c',
      'a..b/c',
      'a.-b/c',
      'a-.b/c',
      '-a/b',
      'a-/b',
      '.a/b',
      'a./b',
    ],
    ...[`${'a'.repeat(254)}/b`, `a/${'b'.repeat(64)}`, 'a b', 'a\n'],
  ])('is refused if the API server refuses it as a label: %j', async (key) => {
    const name = 'key';
    const labels = { [key]: 'x' };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', labels } };
    const policy = policyObject(name, { action: 'Audit', podSelector: { matchLabels: labels } });
    expect(await dryRun(policy)).toBe(await dryRun(object));
  });
});

describe('while a policy is brought into use', () => {
  it('no pod that says nothing is refused, and none is without its sidecar once the condition says so', async () => {
    const early = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'early', labels: { team: 'early' } } };
    const namespaceSelector = { matchLabels: { team: 'early' } };
    await applied(charted.cluster, early);
    const body = { ...bare, metadata: { name: 'web', namespace: 'early' } };
    const answers: string[] = [];
    let enforced: number | undefined;
    await applied(charted.cluster, policyObject('early', { namespaceSelector, require: [{ sidecar: 'topz' }] }));
    const watching = untilEnforced('early').then(() => {
      enforced = answers.length;
    });
    while (answers.length < (enforced ?? Number.POSITIVE_INFINITY) + 30) {
      const path = '/api/v1/namespaces/early/pods?dryRun=All';
      const answer = await charted.api({ method: 'POST', path, body });
      answers.push(
        answer.status === 201 ? `${JSON.stringify(answer.body).includes('sidecar-topz')}` : `${answer.status}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await watching;
    expect(new Set(answers)).toEqual(new Set(['false', 'true']));
    expect(answers.slice(enforced)).not.toContain('false');
    expect(await kubectl('delete', 'sidecarpolicy', 'early')).toMatchObject({ code: 0 });
  });
});

describe('a template that an enforced policy requires', () => {
  const greeter = (parameter: string) =>
    template('greeter', {
      parameters: [{ name: parameter, type: 'string', default: 'hello', description: 'What is said.' }],
      containers: [
        { name: '${ instance.id }', args: [`\${ params.${parameter} }`], securityContext: { runAsUser: 1000 } },
      ],
    });
  const greet = (name: string) => ({ ...bare, metadata: { name, namespace: 'greet' } });
  const spec = {
    namespaceSelector: { matchLabels: { team: 'greet' } },
    require: [{ sidecar: 'greeter', settings: { greeting: 'hi' }, lock: ['*'] }],
  };
  const sidecar = (args: readonly string[], stdin: object = {}) =>
    command({ kubectl: kubectlProgram, kubeconfig: charted.cluster.kubeconfig }, args, stdin);
  const warning = 'The policy greet is not valid with this template, and new pods that it is for are refused';
  const reason = 'The policy greet requires the sidecar greeter, which cannot be made any more';

  beforeAll(async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'greet', labels: { team: 'greet' } } };
    await applied(charted.cluster, namespace, greeter('greeting'));
    const stdin = JSON.stringify(policyObject('greet', spec));
    await until(async () =>
      expect(await charted.cluster.kubectl(['apply', '-f', '-'], { stdin })).toMatchObject({ code: 0 }),
    );
    await untilEnforced('greet');
    await until(async () => expect(await tried(greet('first'))).toContain('"name": "sidecar-greeter"'));
    await applied(charted.cluster, greet('first'));
  }, 300_000);

  it('is changed with a warning, and the command line says the same', async () => {
    const stdin = JSON.stringify(greeter('message'));
    const { code, stderr } = await charted.cluster.kubectl(['apply', '--dry-run=server', '-f', '-'], { stdin });
    expect([code, stderr]).toEqual([0, expect.stringContaining(warning)]);
    const checked = sidecar(['check', '--cluster', '-f', '-'], greeter('message'));
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining(warning)]);
    const impact = sidecar(['impact', '-n', 'greet', '-o', 'wide', '-f', '-'], greeter('message'));
    expect([impact.code, impact.stdout]).toEqual([1, expect.stringContaining(reason)]);
  });

  it('makes the policy invalid when it is changed, and pods are refused with the reason until it is changed back', async () => {
    await applied(charted.cluster, greeter('message'));
    await until(async () => expect((await conditions('greet')).Ready).toMatch(/^False: .*no parameter "greeting"/));
    await until(async () => expect((await conditions('greet')).Enforced).toMatch(/^True: The policy is not valid any/));
    await until(async () => expect(await tried(greet('second'))).toContain(reason));
    const audit = sidecar(['audit', '-n', 'greet', '-o', 'wide']);
    expect([audit.code, audit.stdout]).toEqual([
      1,
      expect.stringMatching(/pod\/first .* refused .*cannot be made any more/),
    ]);
    expect(audit.stdout).not.toContain('extra');
    const explained = sidecar(['explain', 'pod/first', '-n', 'greet']);
    expect(explained.stdout).toContain(reason);
    expect(explained.stdout).toContain('If the pod were created now, it would be refused.');
    const rollout = sidecar(['rollout', '-n', 'greet', '--dry-run']);
    expect(rollout.stdout + rollout.stderr).toContain('New pods would be refused.');
    await applied(charted.cluster, greeter('greeting'));
    await until(async () => expect((await conditions('greet')).Ready).toMatch(/^True/));
    await until(async () => expect(await tried(greet('second'))).toContain('"name": "sidecar-greeter"'));
    await untilEnforced('greet');
  });

  it('leaves the rest of a policy as it was when only a forbidden sidecar is deleted', async () => {
    await applied(charted.cluster, template('solo'));
    const stdin = JSON.stringify(policyObject('greet', { ...spec, forbid: ['solo'] }));
    await until(async () =>
      expect(await charted.cluster.kubectl(['apply', '-f', '-'], { stdin })).toMatchObject({ code: 0 }),
    );
    await until(async () => expect((await conditions('greet')).Enforced).toMatch(/^True/));
    expect(await kubectl('delete', 'clustersidecartemplate', 'solo')).toMatchObject({ code: 0 });
    await until(async () => expect((await conditions('greet')).Ready).toMatch(/^False/));
    expect(await tried(greet('second'))).toContain('"name": "sidecar-greeter"');
    expect(await kubectl('delete', 'sidecarpolicy', 'greet')).toMatchObject({ code: 0 });
    await until(async () => expect(await tried(greet('second'))).not.toContain('sidecar-greeter'));
  });
});

describe('an enforced policy', () => {
  beforeAll(async () => {
    await applied(charted.cluster, topz());
    await untilEnforced('shop-topz');
    // A refusal has the name of the sidecar too.
    await until(async () => expect(await tried(bare)).toContain('"name": "sidecar-topz"'));
  }, 300_000);

  it('gives a pod without annotations its sidecar, and leaves other namespaces alone', async () => {
    expect(await tried(bare)).toContain('21999');
    expect(await tried({ ...bare, metadata: { name: 'web', namespace: 'other' } })).not.toContain('sidecar-topz');
  });

  it('says in its status how many pods are as it says, and how many are not', async () => {
    const pod = (name: string, namespace: string) => ({ ...bare, metadata: { name, namespace } });
    // One was there before the policy: it is made in a namespace that the policy gets later.
    const later = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } };
    await applied(charted.cluster, later, pod('bare', 'later'), pod('elsewhere', 'other'));
    await applied(charted.cluster, pod('counted', 'shop'));
    expect(await kubectl('label', 'namespace', 'later', 'team=shop')).toMatchObject({ code: 0 });
    const counts = async () => (await kubectl('get', 'spol', 'shop-topz', '-o', 'jsonpath={.status.pods}')).stdout;
    await until(async () =>
      expect(JSON.parse(await counts())).toEqual({ matching: 2, compliant: 1, violating: 1, exempt: 0 }),
    );
    expect((await kubectl('get', 'spol', '-o', 'wide')).stdout).toMatch(
      /PODS +VIOLATING +COMPLIANT +EXEMPT[\s\S]*shop-topz .* 2 +1 +1 +0 /,
    );
    const metrics = await pageOf(charted.webhook, '/metrics');
    expect(metrics).toContain('sidecar_injector_policy_pods{standing="violating",policy="shop-topz"} 1');
  });

  it('refuses a pod that opts out or changes a locked setting, with its name', async () => {
    expect(await tried(annotated({ 'sidecar.io/inject': 'false' }))).toContain(
      'The policy shop-topz requires the sidecar topz.',
    );
    expect(await tried(annotated({ 'sidecar.io/topz': 'false' }))).toContain(
      'The policy shop-topz requires the sidecar topz.',
    );
    expect(await tried(annotated({ 'sidecar.io/topz-port': '22000' }))).toContain(
      'The policy shop-topz locks this setting',
    );
  });

  it.each([
    ['sidecar.io/inject', 'false', 'requires the sidecar topz.'],
    ['sidecar.io/topz', 'false', 'requires the sidecar topz.'],
    ['sidecar.io/topz-port', '22000', 'locks this setting: it is "21999", not "22000".'],
  ])('warns who annotates a namespace with %s=%s, in the words of the command line', async (key, value, message) => {
    const { code, stderr } = await kubectl('annotate', 'namespace', 'shop', `${key}=${value}`);
    const warning = `metadata.annotations['${key}']: The policy shop-topz ${message} Remove ${key}`;
    expect([code, stderr]).toEqual([0, expect.stringContaining(warning)]);
    const { stdout: namespace } = await kubectl('get', 'namespace', 'shop', '-o', 'json');
    const checked = run(['check', '-f', '-'], { stdin: `${namespace}\n---\n${JSON.stringify(topz())}` });
    expect(checked.stdout).toContain(warning);
    await kubectl('annotate', 'namespace', 'shop', `${key}-`);
    await kubectl('label', 'namespace', 'shop', 'sidecar.io/inject-');
    await until(async () => expect(await tried(bare)).not.toContain(`Warning: namespace.metadata`));
  });

  it('warns of a second one that contradicts it, and both statuses say so', async () => {
    const stdin = JSON.stringify(policyObject('no-topz', { forbid: ['topz'] }));
    const { code, stderr } = await charted.cluster.kubectl(['apply', '-f', '-'], { stdin });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('shop-topz requires the sidecar topz, and no-topz forbids it.');
    expect(stderr).toContain('New pods that match both policies are refused in these namespaces: later, shop.');
    await until(async () =>
      expect(await tried(bare)).toContain('The policy no-topz forbids the sidecar topz. Change no-topz or shop-topz.'),
    );
    for (const name of ['shop-topz', 'no-topz'])
      await until(async () => expect((await conditions(name)).Conflicting).toMatch(/^True: /));
    expect(await kubectl('delete', 'sidecarpolicy', 'no-topz')).toMatchObject({ code: 0 });
    await until(async () => expect((await conditions('shop-topz')).Conflicting).toMatch(/^False: /));
  });

  it.each<[string, object, string, string]>([
    [
      'requires a sidecar that excludes the other',
      { require: [{ sidecar: 'solo' }] },
      'second requires the sidecar solo, and shop-topz requires topz: they cannot be in the same pod.',
      'The policy second requires the sidecar solo: change the policy, or ask for an exemption from it.',
    ],
    [
      'locks its port for another sidecar',
      { require: [{ sidecar: 'ambassador', settings: { target: 'db:1', port: '21999' }, lock: ['port'] }] },
      'second requires the sidecar ambassador, and shop-topz requires topz: both have port 21999, which nobody can change.',
      'The policy shop-topz locks sidecar.io/topz-port: change the policy, or ask for an exemption from it.',
    ],
  ])('warns of a second one that %s, and no advice is to change a lock', async (_, spec, conflict, advice) => {
    await applied(charted.cluster, template('solo', { conflicts: ['topz'] }));
    const stdin = JSON.stringify(policyObject('second', spec));
    await until(async () => {
      const { stderr } = await charted.cluster.kubectl(['apply', '-f', '-'], { stdin });
      expect(stderr).toContain(conflict);
    });
    for (const name of ['shop-topz', 'second'])
      await until(async () => expect((await conditions(name)).Conflicting).toMatch(/^True: /));
    await until(async () => expect(await tried(bare)).toContain(advice));
    expect(await tried(bare)).not.toMatch(/Set sidecar\.io|Turn one/);
    expect(await kubectl('delete', 'sidecarpolicy', 'second')).toMatchObject({ code: 0 });
    expect(await kubectl('delete', 'clustersidecartemplate', 'solo')).toMatchObject({ code: 0 });
    await until(async () => expect((await conditions('shop-topz')).Conflicting).toMatch(/^False: /));
  });

  it('is held as before after it was the only one and was deleted', async () => {
    expect(await kubectl('delete', 'sidecarpolicy', 'shop-topz')).toMatchObject({ code: 0 });
    const own = { ...bare, spec: { containers: [{ name: 'sidecar-git', image: 'web' }] } };
    const left = ['validatingadmissionpolicybindings,podtemplates', '-A', '-l', 'sidecar.io/policy', '-o', 'name'];
    // A binding that has lost its parameters refuses the pods of the policy, and changes of all namespaces.
    const refusals: string[] = [];
    const label = async () => {
      const { code, stderr } = await kubectl('label', 'namespace', 'default', `tried=${Date.now()}`, '--overwrite');
      if (code !== 0) refusals.push(stderr);
    };
    const gone = async () => expect((await kubectl('get', ...left)).stdout).toBe('');
    await until(() => label().then(gone));
    await until(async () => expect(await tried(own)).not.toContain('The policy'));
    // The API server looks once a second at what is bound.
    for (const end = Date.now() + 3000; Date.now() < end; ) await label();
    expect(refusals).toEqual([]);
    await applied(charted.cluster, topz({ forbid: ['git'] }));
    await until(async () => expect(await tried(own)).toContain('The policy shop-topz forbids the sidecar of the'));
    await applied(charted.cluster, topz());
    await untilEnforced('shop-topz');
  });

  it('that forbids git lets a namespace have its own sidecar git-lfs', async () => {
    await applied(charted.cluster, template('git-lfs', {}, 'shop'), topz({ forbid: ['git'] }));
    const named = (name: string) => ({ ...bare, spec: { containers: [{ name, image: 'web' }] } });
    await until(async () => expect(await tried(named('sidecar-git'))).toContain('The policy shop-topz forbids'));
    await until(async () =>
      expect(await tried(annotated({ 'sidecar.io/git-lfs': 'true' }))).toContain('"name": "sidecar-git-lfs"'),
    );
    expect(await tried(named('sidecar-git-lfs'))).toContain('forbids the sidecar of the container sidecar-git-lfs.');
    expect(await kubectl('delete', 'sidecartemplate', 'git-lfs', '-n', 'shop')).toMatchObject({ code: 0 });
    await applied(charted.cluster, topz());
    await untilEnforced('shop-topz');
  });

  it('stays held when its binding or its parameters are deleted or changed', async () => {
    const all = ['validatingadmissionpolicybinding', '-l', 'sidecar.io/policy=shop-topz'];
    const { stdout: binding } = await kubectl('get', ...all, '-o', 'jsonpath={.items[0].metadata.name}');
    expect(binding).toMatch(/^sidecar-injector-policies(-access|-namespaces)?-\d+$/);
    const named = ['validatingadmissionpolicybinding', binding];
    const uid = async () => (await kubectl('get', ...named, '-o', 'jsonpath={.metadata.uid}')).stdout;
    const before = await uid();
    expect(await kubectl('delete', ...named)).toMatchObject({ code: 0 });
    await until(async () => {
      const now = await uid();
      expect(now).not.toBe('');
      expect(now).not.toBe(before);
    });
    const parameters = ['-n', 'sidecar-injector', 'podtemplate', 'sidecar-injector-shop-topz'];
    const annotation = async () =>
      (await kubectl('get', ...parameters, '-o', 'jsonpath={.metadata.annotations.sidecar\\.io/forbid}')).stdout;
    expect(await kubectl('annotate', ...parameters, 'sidecar.io/forbid=git', '--overwrite')).toMatchObject({ code: 0 });
    await until(async () => expect(await annotation()).toBe(''));
  });

  it('is held by the API server while no injector answers; all others start', async () => {
    await charted.webhook.stop();
    const refusal = 'The policy shop-topz requires the sidecar topz, and the pod has no container sidecar-topz.';
    // The API server takes about a second to read the binding that was made again above, and then its parameters.
    await until(async () => expect(await tried(bare)).toContain(refusal));
    for (let times = 0; times < 10; times++) expect(await tried(bare)).toContain(refusal);
    expect((await create(charted.cluster, { ...bare, metadata: { name: 'web', namespace: 'other' } })).code).toBe(0);
  });

  it('is not written again by an injector that starts, and not enforced without the rules of the chart', async () => {
    const versions = async () =>
      (
        await kubectl(
          ...['get', 'podtemplates,validatingadmissionpolicybindings', '-A', '-l', 'sidecar.io/policy=shop-topz'],
          ...['-o', 'jsonpath={range .items[*]}{.kind} {.metadata.resourceVersion}{"\\n"}{end}'],
        )
      ).stdout;
    const before = await versions();
    expect(before.trim().split('\n')).toHaveLength(4);
    const again = await startWebhook((origin) => ['--cluster', charted.kubeconfig, ...registrationFlags(origin)]);
    try {
      // Policies are written in the order of their age: once this one is held, it has looked at the other.
      await applied(charted.cluster, policyObject('younger', { forbid: ['ambassador'] }));
      await untilEnforced('younger');
      expect(await versions()).toBe(before);
      const rule = ['validatingadmissionpolicy', 'sidecar-injector-policies'];
      expect(await kubectl('delete', ...rule)).toMatchObject({ code: 0 });
      await untilEnforced('younger', "False: The chart's ValidatingAdmissionPolicies");
    } finally {
      await again.stop();
    }
  });
});
