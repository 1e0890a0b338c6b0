// Files of templates: each problem names the file, the line, the column and the path.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { builtTemplates } from '../../src/catalog/built.ts';
import { type LoadedCatalog, loadTemplates } from '../../src/catalog/load.ts';
import { brokenTemplates } from '../api-server/broken-templates.ts';

const folder = new URL('../../src/catalog/', import.meta.url);
const builtIns = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

/** The template below begins at line 1; each line of `spec` comes after line 7. */
const template = (spec: string, name = 'demo') => `apiVersion: sidecar.io/v1alpha1
kind: ClusterSidecarTemplate
metadata: { name: ${name} }
spec:
  summary: x
  failurePolicy: Ignore
  image: x
${spec}
`;
const container = '  containers: [{ name: "${ instance.id }" }]';

function problemsOf(...files: readonly string[]): string[] {
  const { problems } = loadTemplates([...builtIns, ...files.map((text, i) => ({ name: `${i}.yaml`, text }))]);
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('a problem in a file', () => {
  it.each<[string, string, string]>([
    [
      'at a value',
      template(`${container}\n  order: { initContainers: first }`),
      '0.yaml:9:28 spec.order.initContainers:',
    ],
    ['at an unknown field', template(`${container}\n  colour: red`), '0.yaml:9:11 spec.colour:'],
    [
      'deep in a list',
      template('  containers:\n    - name: ${ instance.id }\n      args:\n        - a\n        - ${ params.b }'),
      '0.yaml:12:11 spec.containers[0].args[1]:',
    ],
    [
      'at the parent of a missing field',
      template(`${container}\n  parameters:\n    - name: a\n      type: string`),
      '0.yaml:10:7 spec.parameters[0].description:',
    ],
    ['in the second document', `${template(container)}---\n${template('  volumes: x')}`, '0.yaml:17:12 spec.volumes:'],
    ['of YAML', template('  volumes: [a'), '0.yaml:'],
    ['of a name that exists', template(container, 'topz'), '0.yaml:3:19 metadata.name:'],
    ['of a reserved name', template(container, 'status'), '0.yaml:3:19 metadata.name: sidecar.io/status is reserved'],
    [
      'of the order',
      template(`${container}\n  order: { before: [topz], after: [topz] }`),
      '0.yaml:9:10 spec.order: is circ',
    ],
    ['of the whole', '[]', '0.yaml:1:1: '],
  ])('%s', (_, text, expected) => expect(problemsOf(text)[0]).toMatch(new RegExp(`^${escaped(expected)}`)));

  it.each(brokenTemplates.map(({ what, broken }) => [what, broken] as const))('has a position: %s', (_, broken) => {
    const problems = problemsOf(stringify(broken));
    expect(problems).not.toEqual([]);
    for (const problem of problems) expect(problem).toMatch(/^0\.yaml:[1-9]\d*:[1-9]\d* [a-z]+[.[:]/);
  });
});

it('loads every template without a problem, beside broken ones', () => {
  const files = [
    template(container, 'a'),
    '{',
    `${template(container, 'b')}---\n# nothing\n---\n${template(container, 'c')}`,
  ];
  const { catalog, problems } = loadTemplates(files.map((text, i) => ({ name: `${i}.yaml`, text })));
  expect(catalog.templates.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(problems.map(({ path }) => path.split(':')[0])).toEqual(['1.yaml']);
});

it('a template is the same in the JSON that the build makes of it, and a problem there names the file', () => {
  const asJson = builtIns.map(({ name, text }) => ({
    name: name.replace('.yaml', '.json'),
    text: builtTemplates(text),
  }));
  const revisions = (files: typeof builtIns) => loadTemplates(files).catalog.templates.map(({ revision }) => revision);
  expect(revisions(asJson)).toEqual(revisions(builtIns));
  const broken = parse(template(container));
  const text = JSON.stringify([{ ...broken, spec: { ...broken.spec, image: 1 } }]);
  const { problems } = loadTemplates([{ name: 'demo.json', text }]);
  expect(problems.map(({ path }) => path)).toEqual(['demo.json spec.image']);
});

it('the first of two templates with one name wins', () => {
  const { catalog } = loadTemplates(
    ['one', 'two'].map((image, i) => ({
      name: `${i}.yaml`,
      text: template(container).replace('image: x', `image: ${image}`),
    })),
  );
  expect(catalog.words.get('demo')?.template.document.spec.image).toBe('one');
  expect(catalog.templates).toHaveLength(1);
});

function escaped(text: string): string {
  return text.replace(/[.[\]$]/g, '\\$&');
}

describe('a deferred template', () => {
  const documents = builtIns.map(({ name, text }) => ({
    name: name.replace('.yaml', '.json'),
    text: builtTemplates(text),
  }));
  const deferred = loadTemplates(documents, true).catalog;
  const compiled = loadTemplates(builtIns).catalog;
  const wordsOf = ({ words }: LoadedCatalog['catalog']) =>
    [...words.keys()].map((word) => [word, words.get(word)?.template.name, words.get(word)?.parameter?.declaration]);

  it('has the words and parameters of the same template that is compiled at once', () => {
    expect(wordsOf(deferred)).toEqual(wordsOf(compiled));
    expect(wordsOf(deferred).length).toBeGreaterThan(100);
  });

  it.each(compiled.templates)('is the same as $name', (template) => {
    const { render: _, validations, parameters, ...rest } = template;
    const same = deferred.templates.find(({ name }) => name === template.name);
    expect(same).toMatchObject(rest);
    expect([...(same?.parameters.keys() ?? [])]).toEqual([...parameters.keys()]);
    expect(same?.validations).toHaveLength(validations.length);
  });

  it('is compiled only where something asks for it', () => {
    const broken = (name: string) => template("  containers: [{ name: '${ nothing }' }]", name);
    const text = builtTemplates([template(container, 'good'), broken('bad')].join('---\n'));
    const { templates, words } = loadTemplates([{ name: 'a.json', text }], true).catalog;
    expect(templates.map(({ name }) => name)).toEqual(['bad', 'good']);
    expect(words.get('good-image')?.parameter?.name).toBe('image');
    expect(() => words.get('bad-image')?.parameter).toThrow('The built-in template bad has problems.');
  });
});
