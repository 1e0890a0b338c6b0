import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileTemplate } from '../../src/template/compile.ts';
import { parse as parseAsKubectl } from '../../src/yaml-edit/parse.ts';
import { builtInState } from '../engine/state.ts';
import { run } from './run.ts';

const { templates } = builtInState.catalog;
const names = templates.map(({ name }) => name);

describe('catalog list', () => {
  it('names every sidecar with what turns it on', () => {
    const { code, stdout } = run(['catalog', 'list']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual(names);
    expect(lines.find((line) => line.startsWith('git '))).toMatch(/sidecar\.io\/git-repo {2,}Puts the content/);
    expect(lines.find((line) => line.startsWith('topz '))).toContain('sidecar.io/topz: "true"');
  });

  it('is the same for programs', () => {
    const json = JSON.parse(run(['catalog', 'list', '-o', 'json']).stdout);
    expect(json.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(parse(run(['catalog', 'list', '-o', 'yaml']).stdout)).toEqual(json);
  });
});

describe('catalog list for narrow and wide terminals, and for scripts', () => {
  it('prints names', () => expect(run(['catalog', 'list', '-o', 'name']).stdout).toBe(`${names.join('\n')}\n`));

  it('prints what happens while no injector answers', () => {
    const lines = run(['catalog', 'list', '-o', 'wide']).stdout.split('\n');
    const [git, topz] = ['git', 'topz'].map((name) => templates.find((template) => template.name === name));
    expect(lines[0]).toMatch(/^NAME +TURNED ON BY +FAILURE POLICY +PARAMETERS +SUMMARY$/);
    expect(lines.find((line) => line.startsWith('git '))).toMatch(new RegExp(` Fail +${git?.parameters.size} +Puts`));
    expect(lines.find((line) => line.startsWith('topz '))).toMatch(
      new RegExp(` Ignore +${topz?.parameters.size} +Shows`),
    );
  });
});

describe('catalog search', () => {
  const found = (...words: string[]) =>
    run(['catalog', 'search', ...words, '-o', 'name'])
      .stdout.split('\n')
      .slice(0, -1);

  it.each([
    [['OPENSEARCH'], ['logs']], // of the summary
    [['topz'], ['topz']], // of a name
    [['repository'], ['git']], // of a description
    [['git', 'period'], ['git']], // of a parameter
  ])('%j is in %j', (words, expected) => expect(found(...words)).toEqual(expect.arrayContaining(expected)));

  it('leaves out what lacks one of the words', () => expect(found('git', 'period')).not.toContain('topz'));

  it('prints like list', () => {
    const [, line] = run(['catalog', 'search', 'OpenSearch']).stdout.split('\n');
    expect(run(['catalog', 'list']).stdout.replace(/ +/g, ' ')).toContain(`\n${line?.replace(/ +/g, ' ')}\n`);
    expect(JSON.parse(run(['catalog', 'search', 'OpenSearch', '-o', 'json']).stdout)).toMatchObject([{ name: 'logs' }]);
  });
});

describe('catalog show', () => {
  it.each(templates)('gives the template of $name as it can be applied to a cluster', (template) => {
    const document = parse(run(['catalog', 'show', template.name, '-o', 'yaml']).stdout);
    const again = compileTemplate(document);
    if ('problems' in again) throw new Error(JSON.stringify(again.problems));
    expect(again.revision).toBe(template.revision);
    // kubectl reads `off` and `no` as booleans.
    const asKubectl = parseAsKubectl(run(['catalog', 'show', template.name, '-o', 'yaml']).stdout);
    expect('value' in asKubectl && asKubectl.value).toEqual(document);
    expect(JSON.parse(run(['catalog', 'show', template.name, '-o', 'json']).stdout)).toEqual(document);
  });

  it('explains each parameter to a person', () => {
    const { stdout } = run(['catalog', 'show', 'git']);
    expect(stdout).toContain('Turned on by sidecar.io/git-repo');
    expect(stdout).toMatch(/sidecar\.io\/git-period {2,}duration {2,}60s {2,}How often/);
    expect(stdout).toMatch(/sidecar\.io\/git-repo {2,}url {2,}required/);
  });

  it.each([
    [['show', 'gti'], 1, 'Unknown sidecar gti. Did you mean git?'],
    [['show'], 2, 'Name a sidecar'],
    [['list', 'git'], 2, 'Did you mean catalog show git?'],
    [['shwo', 'git'], 2, 'Did you mean show?'],
    [[], 2, 'Write catalog list, catalog show NAME or catalog search WORD.'],
    [['show', 'git', '-o', 'name'], 2, '-o name is for list and search. Write text, yaml or json.'],
    [['search'], 2, 'Write what to look for: sidecar catalog search WORD.'],
    [['search', 'git', 'zebra'], 1, 'No sidecar has git and zebra in its name, summary or parameters.'],
    [['list', '-o', 'xml'], 2, 'Invalid value "xml" for --output'],
  ])('%j ends with %i and a message', (args, expected, message) => {
    const { code, stdout, stderr } = run(['catalog', ...args]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toContain(message);
  });
});
