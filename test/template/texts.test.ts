// Text that a template joins: never "[object Object]" or "null", whatever its expressions give.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { pathText } from '../../src/language/template-problem.ts';
import type { Value } from '../../src/language/types/value.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { sampleScope } from '../../src/template/sample.ts';

const parameters = [
  { name: 'word', type: 'string', description: 'x' },
  { name: 'hosts', type: 'list', default: 'a,b', description: 'x' },
];

function compiled(spec: object) {
  return compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name: 'demo' },
    spec: {
      ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x', parameters },
      ...{ containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1 } }], ...spec },
    },
  });
}

function problems(spec: object): string[] {
  const result = compiled(spec);
  return 'problems' in result ? result.problems.map(({ path, message }) => `${pathText(path)}: ${message}`) : [];
}

const rule = { rule: '${ params.word != "bad" }', parameter: 'word', message: 'x', fix: 'x' };
const off = { $if: '${ params.word == "on" }' };
const file = (content: string) => ({ files: [{ name: 'a', content }] });

/** Each place in which text is joined. The sample values render none but the file. */
const places: readonly [string, string, (text: string) => JsonObject][] = [
  ['a file', 'spec.files[0].content', file],
  ['a message', 'spec.validations[0].message', (message) => ({ validations: [{ ...rule, message }] })],
  ['a fix', 'spec.validations[0].fix', (fix) => ({ validations: [{ ...rule, fix }] })],
  ['an annotation', 'spec.annotations.a.$value', (text) => ({ annotations: { a: { ...off, $value: text } } })],
  [
    'an argument',
    'spec.containers[0].args[0].$value',
    (text) => ({ containers: [{ name: '${ instance.id }', args: [{ ...off, $value: `--a=${text}` }] }] }),
  ],
];

const never: readonly [string, string][] = [
  ['params', 'a map'],
  ['pod.metadata', 'a map'],
  ['pod.metadata.labels', 'a map'],
  ['pod.containers', 'a list'],
  ['params.hosts', 'a list'],
  ['params.hosts.map(host, host)', 'a list'],
  ['{"a": 1}', 'a map'],
  ['[1]', 'a list'],
  ['null', 'null'],
  ['duration("5s")', 'of the type google.protobuf.Duration'],
];

describe.each(places)('in %s', (_, path, spec) => {
  it.each(never)('%s is refused when the template is checked', (source, what) => {
    expect(problems(spec(`\${ ${source} }`))).toEqual([
      `${path}: \${ ${source} } is ${what}, which cannot be part of a text`,
    ]);
  });

  it.each(['params.hosts.join(",")', 'params.hosts.size()', 'instance.id', 'instance.native', '"a"', '1.5'])(
    '%s is a text',
    (source) => expect(problems(spec(`\${ ${source} }`))).toEqual([]),
  );
});

describe('what only a pod can tell', () => {
  const template = (spec: object) => {
    const result = compiled(spec);
    if ('problems' in result) throw new Error(JSON.stringify(result.problems));
    return result;
  };
  const word = '${ dyn(params.word == "bad" ? params.hosts : dyn(params.word == "none" ? dyn(null) : dyn("fine"))) }';
  const scopeOf = (demo: ReturnType<typeof template>, value: Value) => {
    const scope = sampleScope(demo, true);
    return { ...scope, params: { ...scope.params, word: value } };
  };

  it.each<[Value, string]>([
    ['bad', 'is a list'],
    ['none', 'is null'],
  ])('fails for the pod with the word %s', (value, what) => {
    const content = template(file(word));
    expect(() => content.render(scopeOf(content, value))).toThrow(what);
    const annotation = template({ annotations: { a: word } });
    expect(() => annotation.render(scopeOf(annotation, value))).toThrow(what);
    const validated = template({ validations: [{ ...rule, message: word, fix: word }] });
    for (const { message, fix } of validated.validations)
      for (const render of [message, fix]) expect(() => render(scopeOf(validated, value))).toThrow(what);
  });

  it('is text for the others', () => {
    const demo = template({ ...file(word), annotations: { a: '${ params.hosts.size() }', b: 5 } });
    const { annotations, podAnnotations } = demo.render(scopeOf(demo, 'x'));
    expect(Object.values(annotations)).toEqual(['fine']);
    expect(podAnnotations).toEqual({ a: '2', b: '5' });
  });

  it('a parameter that nobody set is named when the template is checked', () => {
    expect(problems(file('${ params.word }'))).toEqual([
      expect.stringMatching(/^spec\.files\[0\]\.content: fails with .*\$\{ params\.word \} is null, which cannot be/),
    ]);
  });
});
