import { describe, expect, it } from 'vitest';
import { policyObject } from '../policy/policy.ts';
import { plainPod, run } from './run.ts';

describe('the command line', () => {
  it('explains itself', () => {
    const all = run(['--help']);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toContain('  inject ');
    const help = run(['inject', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const flag of [
      '-f, --filename',
      '-o, --output yaml|json|patch|diff',
      '--namespace-file',
      '--native true|false',
    ]) {
      expect(help.stdout).toContain(flag);
    }
    expect(run(['help', 'inject'])).toEqual(help);
    expect(run(['help'])).toEqual(all);
    expect(run(['help', 'template', 'new'])).toEqual(run(['template', 'new', '--help']));
    for (const version of ['--version', '-v', 'version'])
      expect(run([version])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it.each([
    [['inejct'], "error: Unknown command inejct. Did you mean inject?\nSee 'sidecar --help' for usage.\n"],
    [['constructor'], "error: Unknown command constructor.\nSee 'sidecar --help' for usage.\n"],
    [
      [],
      "error: Name a command: inject, uninject, krm, check, explain, audit, impact, rollout, repair, doctor, policy, template, catalog, completion or version.\nSee 'sidecar --help' for usage.\n",
    ],
  ])('%j is not a command', (args, stderr) => {
    expect(run(args)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('reports every problem at once', () => {
    const args = [
      'inject',
      'a.yaml',
      '--naemspace',
      'x',
      '-o',
      'jsn',
      '--native=maybe',
      '--kube-version',
      'new',
      '-q=1',
      '-n',
    ];
    expect(run(args)).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'Unknown flag --naemspace. Did you mean --namespace?',
        '--quiet takes no value.',
        '--namespace requires a value: --namespace NAME.',
        'Invalid value "jsn" for --output. Did you mean json?',
        'Invalid value "new" for --kube-version. Write a version such as 1.33 or 1.33.2.',
        'Invalid value "maybe" for --native. Write true or false.',
        'Name files with -f: -f a.yaml.',
      ]
        .map((line) => `error: ${line}\n`)
        .concat("See 'sidecar inject --help' for usage.\n")
        .join(''),
    });
  });

  it('checks the name of a namespace', () => {
    const { code, stderr } = run(['inject', '-f', '-', '-n', 'Bad NS'], { stdin: plainPod });
    expect(code).toBe(2);
    expect(stderr).toContain('Invalid value "Bad NS" for --namespace. Write a namespace name such as shop.');
    expect(run(['inject', '-f', '-', '-n', 'a'], { stdin: plainPod }).code).toBe(0);
  });

  it('needs something to inject', () => {
    expect(run(['inject']).stderr).toContain('error: Name a file, a folder or - for standard input with -f.');
    const missing = run(['inject', '-f', 'no.yaml', '-f', 'nor.yaml']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('error: no.yaml: no such file or directory\nerror: nor.yaml: ');
  });

  it('understands the usual ways to write a flag', () => {
    const files = { 'a.yaml': plainPod };
    for (const args of [['-fa.yaml'], ['-f=a.yaml'], ['--filename=a.yaml'], ['-q', '-f', 'a.yaml', '-ojson']]) {
      expect(run(['inject', ...args], { files }).code).toBe(0);
    }
  });

  it('reads folders with everything in them, in order, and says what it read', () => {
    const files = { 'd/b.yml': plainPod, 'd/a/z.json': '{"kind":"Z"}', 'd/a/x.txt': 'no', 'd/c.yaml': 'kind: C\n' };
    const { stdout, stderr } = run(['inject', '-f', 'd/'], { files });
    expect(stderr).toBe('read d/a/z.json, d/b.yml, d/c.yaml\npod/web: topz injected\n');
    expect(stdout.startsWith('---\n{"kind":"Z"}\n---\n')).toBe(true);
    expect(stdout.endsWith('---\nkind: C\n')).toBe(true);
    expect(run(['inject', '-q', '-f', 'd'], { files }).stderr).toBe('');
    expect(run(['inject', '-f', 'e'], { files: { 'e/x.txt': '' } })).toMatchObject({ code: 2, stdout: '' });
  });

  it('passes over files without a manifest, as long as there is one somewhere', () => {
    const files = { 'd/a.yaml': '# later\n', 'd/b.yaml': plainPod, 'd/c.yml': '', 'e/a.yaml': '---\n', 'e/b.yml': '' };
    const { code, stdout, stderr } = run(['inject', '-q', '-f', 'd', '-o', 'json'], { files });
    expect([code, stderr, JSON.parse(stdout).kind]).toEqual([0, '', 'Pod']);
    expect(run(['inject', '-q', '-f', 'd'], { files }).stdout).toMatch(/^# later\n---\n[\s\S]*sidecar-topz/);
    const none = run(['inject', '-f', 'e'], { files });
    expect([none.code, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toMatch(/^e\/a\.yaml: The file has no manifest.*\ne\/b\.yml: The file has no manifest/);
  });

  it.each([
    ['inject', 'namespace-file', 'Namespace'],
    ['inject', 'policy', 'SidecarPolicy'],
    ['check', 'namespace-file', 'Namespace'],
    ['check', 'policy', 'SidecarPolicy'],
    ['explain', 'namespace-file', 'Namespace'],
    ['explain', 'policy', 'SidecarPolicy'],
    ['template render topz', 'namespace-file', 'Namespace'],
  ])('%s wants in the files of --%s what they are for', (command, flag, kind) => {
    const files = { 'a.yaml': plainPod, 'none.yaml': plainPod, 'empty.yaml': '' };
    const input = command.includes(' ') ? ['--pod', 'a.yaml'] : ['-f', 'a.yaml'];
    for (const name of ['none.yaml', 'empty.yaml']) {
      const { code, stdout, stderr } = run([...command.split(' '), ...input, `--${flag}`, name], { files });
      expect([code > 0, stdout]).toEqual([true, '']);
      expect(stderr).toContain(`--${flag} ${name}: no ${kind} object found`);
    }
  });

  it.each(['inject', 'check'])('%s takes namespaces and policies from one file that both flags name', (command) => {
    const policy = policyObject('team', { namespaceSelector: { matchLabels: { team: 'a' } }, forbid: ['topz'] });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels: { team: 'a' } } };
    const files = {
      'a.yaml': plainPod,
      'all.json': JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [policy, namespace] }),
    };
    const { stdout, stderr } = run([command, '-f', 'a.yaml', '--policy', 'all.json', '--namespace-file', 'all.json'], {
      files,
    });
    expect(`${stdout}${stderr}`.match(/The policy team forbids the sidecar topz/g)).toHaveLength(1);
    expect(`${stdout}${stderr}`).toContain('1 problem');
  });

  it('does not show what may be secret in the URL of such a file, and takes both of two that differ only there', () => {
    const url = (query: string) => `https://me:hunter2@example.com/policy.yaml?token=${query}`;
    const policy = (name: string) =>
      JSON.stringify(policyObject(name, { namespaceSelector: {}, require: [{ sidecar: 'topz' }] }));
    const files = { 'a.yaml': plainPod.replace('"true"', '"false"'), [url('none')]: plainPod };
    const lacking = run(['check', '-f', 'a.yaml', '--policy', url('none')], { files });
    expect(lacking.stderr).toContain('--policy https://example.com/policy.yaml: no SidecarPolicy object found');
    expect(lacking.stderr).not.toMatch(/hunter2|token/);
    const two = { ...files, [url('one')]: policy('one'), [url('two')]: policy('two') };
    const both = run(['explain', '-f', 'a.yaml', '--policy', url('one'), '--policy', url('two')], { files: two });
    expect(both.stdout).toContain('  one (Enforce): requires topz\n  two (Enforce): requires topz');
  });

  it('reads standard input for one thing', () => {
    const twice = run(['inject', '-f', '-', '--namespace-file', '-'], { stdin: plainPod });
    expect([twice.code, twice.stdout]).toEqual([2, '']);
    expect(twice.stderr).toContain('Standard input can be read only once.');
    for (const command of ['inject', 'check', 'explain'])
      for (const flag of ['-f', '--namespace-file']) {
        const policies = run([command, '-f', 'web.yaml', flag, '-', '--policy', '-'], { stdin: plainPod });
        expect(policies).toMatchObject({ code: 2, stderr: expect.stringContaining('name it with --policy.') });
      }
  });

  it('needs folders of templates that can be read', () => {
    const { code, stderr } = run(['inject', '-f', '-', '--catalog', '/nowhere/at/all'], { stdin: plainPod });
    expect(code).toBe(2);
    expect(stderr).toContain('error: --catalog /nowhere/at/all: no such file or directory\n');
  });
});
