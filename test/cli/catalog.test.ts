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
    [[], 2, 'Write catalog list or catalog show NAME.'],
    [['list', '-o', 'xml'], 2, 'Invalid value "xml" for --output'],
  ])('%j ends with %i and a message', (args, expected, message) => {
    const { code, stdout, stderr } = run(['catalog', ...args]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toContain(message);
  });
});
