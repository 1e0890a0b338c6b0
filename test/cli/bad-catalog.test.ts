// Folders of templates with problems, as `--catalog` reads them: each problem with file, line, column and path.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadCatalog } from '../../src/main/load-catalog.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-catalog-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const template = (name: string, container = 'args: [x]') => `apiVersion: sidecar.io/v1alpha1
kind: ClusterSidecarTemplate
metadata:
  name: ${name}
spec:
  summary: x
  failurePolicy: Ignore
  image: x
  containers:
    - name: \${ instance.id }
      ${container}
`;

function problemsOf(files: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return loadCatalog([folder]).problems.map(({ path, message }) => {
    expect(path.startsWith(`${folder}/`)).toBe(true);
    return `${path.slice(folder.length + 1)}: ${message}`;
  });
}

it('a field that does not exist', () => {
  expect(problemsOf({ 'a.yaml': template('a', 'comand: [x]') })).toEqual([
    'a.yaml:11:15 spec.containers[0].comand: unknown field of a container: did you mean command?',
  ]);
});

it('the name of a built-in, and one name twice', () => {
  const files = { 'a.yaml': template('topz'), 'b.yaml': template('b'), 'c.yml': `---\n${template('b')}` };
  expect(problemsOf(files)).toEqual([
    expect.stringMatching(/^a\.yaml:4:9 metadata\.name: a sidecar named topz exists: choose another name/),
    expect.stringMatching(/^c\.yml:5:9 metadata\.name: a sidecar named b exists: choose another name/),
  ]);
});

const ofNamespace = (name: string, namespace: string) =>
  template(name, 'securityContext: { runAsUser: 1000 }')
    .replace('ClusterSidecarTemplate', 'SidecarTemplate')
    .replace('metadata:', `metadata:\n  namespace: ${namespace}`);

it('one name in two namespaces', () => {
  const files = { 'a.yaml': ofNamespace('b', 'shop'), 'b.yaml': ofNamespace('b', 'news') };
  expect(problemsOf(files)).toEqual([
    `b.yaml:5:9 metadata.name: ${folder}/a.yaml has a sidecar b too, for the namespace shop: choose another name, or use a folder for each namespace.`,
  ]);
});

it('more templates of a namespace than a cluster takes', () => {
  const numbered = Array.from({ length: 101 }, (_, i) => ofNamespace(`a${100 + i}`, 'shop'));
  const others = [template('c'), ofNamespace('d', 'news')];
  expect(problemsOf({ 'a.yaml': [...others, ...numbered.slice(0, 100)].join('---\n') })).toEqual([]);
  expect(problemsOf({ 'a.yaml': [...numbered, ...others].join('---\n') })).toEqual([
    expect.stringMatching(
      /^a\.yaml:1304:14 metadata\.namespace: the namespace already has 100 templates, and no more are used: remove some/,
    ),
  ]);
});

it('files that are no templates, each by its name', () => {
  const aliases = Array.from({ length: 8 }, (_, i) => `k${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`);
  const files = {
    'aliases.yaml': `k0: &a0 [x]\n${aliases.join('\n')}\n`,
    'deep.yaml': `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`,
    'list.yaml': '- a\n',
    'text.yaml': 'hello\n',
    'torn.yaml': 'a: b\n- c\n',
  };
  const problems = problemsOf(files);
  for (const name of Object.keys(files)) expect(problems.filter((each) => each.startsWith(`${name}:`))).not.toEqual([]);
});

it('a folder that is named like a file', () => {
  mkdirSync(join(folder, 'a.yaml'));
  expect(problemsOf({})).toEqual([expect.stringMatching(/a\.yaml: The file cannot be read: EISDIR/)]);
});
