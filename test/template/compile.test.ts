import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../../src/template/compile.ts';

/** A template that is fine, with one part of its spec replaced. */
function template(spec: object, rest: object = {}): object {
  return {
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name: 'demo' },
    spec: {
      summary: 'A sidecar for tests.',
      failurePolicy: 'Ignore',
      image: 'example.com/demo:1',
      parameters: [
        {
          name: 'log-level',
          type: 'enum',
          values: ['info', 'debug'],
          default: 'info',
          description: 'How much is logged.',
        },
      ],
      containers: [{ name: '${ instance.id }', args: ['--level=${ params.logLevel }'] }],
      ...spec,
    },
    ...rest,
  };
}

function problems(document: object): string[] {
  const compiled = compileTemplate(document);
  return 'problems' in compiled ? compiled.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) : [];
}

const parameter = { name: 'x', type: 'string', description: 'x' };
const container = { name: '${ instance.id }' };

describe('templates', () => {
  it('compile', () => expect(problems(template({}))).toEqual([]));

  it.each<[string, object, RegExp]>([
    ['an unknown field', { containerz: [] }, /^spec\.containerz: unknown field/],
    ['a missing field', { summary: undefined }, /^spec\.summary: /],
    ['another kind', template({}, { kind: 'Pod' }), /^kind: /],
    ['another version', template({}, { apiVersion: 'v1' }), /^apiVersion: /],
    [
      'a name with capitals',
      template({}, { metadata: { name: 'My_Sidecar' } }),
      /^metadata\.name: must be lower case words/,
    ],
    ['a syntax error', { image: '${ params. }' }, /^spec\.image: |^spec\.default: /],
    [
      'an expression without an end',
      { containers: [{ ...container, args: ['${ params.x'] }] },
      /^spec\.containers\.0\.args\.0: .*no closing brace/,
    ],
    [
      'an unknown parameter',
      { containers: [{ ...container, args: ['${ params.loglevel }'] }] },
      /^spec\.containers\.0\.args\.0: .*params has no field loglevel: did you mean logLevel\?/,
    ],
    ['an unknown variable', { containers: [{ ...container, args: ['${ pot.name }'] }] }, /Unknown variable: pot/],
    [
      'an unknown field of the instance',
      { containers: [{ ...container, env: [{ name: 'X', value: '${ instance.nmae }' }] }] },
      /^spec\.containers\.0\.env\.0\.value: .*instance has no field nmae/,
    ],
    [
      'a regular expression on V8',
      { containers: [{ ...container, args: ['${ params.logLevel.matches("(a+)+") }'] }] },
      /matches\(\) is not supported/,
    ],
    [
      'a condition that is none',
      { containers: [{ ...container, args: [{ $if: 'yes', $value: 'x' }] }] },
      /\$if: must be one expression/,
    ],
    ['$value beside other keys', { volumes: [{ $value: 1, name: 'x' }] }, /\$value can be combined only with \$if/],
    [
      'a default of the wrong type',
      { parameters: [{ ...parameter, type: 'port', default: 'http' }] },
      /^spec\.parameters\.0\.default: "http" is not a port number/,
    ],
    [
      'an enum without values',
      { parameters: [{ ...parameter, type: 'enum' }] },
      /^spec\.parameters\.0\.values: an enum needs values/,
    ],
    [
      'a pattern that RE2 does not know',
      { parameters: [{ ...parameter, pattern: '(?=x)' }] },
      /^spec\.parameters\.0\.pattern: /,
    ],
    [
      'a parameter twice',
      { parameters: [parameter, parameter] },
      /^spec\.parameters\.1\.name: duplicates another parameter \(parameters\[0\] is x\)/,
    ],
    [
      'a parameter that all have',
      { parameters: [{ ...parameter, name: 'image' }] },
      /every sidecar has the parameter image/,
    ],
    [
      'restartPolicy',
      { containers: [{ ...container, restartPolicy: 'Always' }] },
      /^spec\.containers\.0\.restartPolicy: is set by the injector/,
    ],
    ['a name of its own', { containers: [{ name: 'demo' }] }, /the name "demo" must be \$\{ instance\.id \}/],
    ['a name twice', { containers: [container, container] }, /two containers are named sidecar-demo/],
    [
      'a number among the arguments',
      { containers: [{ ...container, args: ['--port', 2] }] },
      /^spec\.containers\.0\.args\.1: must be a string in quotes, not 2/,
    ],
    [
      'a boolean in the environment',
      { containers: [{ ...container, env: [{ name: 'X', value: true }] }] },
      /^spec\.containers\.0\.env\.0\.value: must be a string in quotes, not true/,
    ],
    [
      'a volume that is not declared',
      { mounts: [{ name: 'x', mountPath: '/x' }] },
      /the volume "x" is mounted but not declared/,
    ],
    [
      'a mount without path',
      { volumes: [{ name: '${ instance.id }' }], mounts: [{ name: '${ instance.id }' }] },
      /^spec\.mounts\.0\.mountPath: is required: a string in quotes$/,
    ],
    [
      'a rule about nobody',
      { validations: [{ rule: '${ true }', parameter: 'y', message: 's', fix: 'f' }] },
      /^spec\.validations\.0\.parameter: unknown parameter y/,
    ],
    [
      'a rule that is not an expression',
      { validations: [{ rule: 'params.x', parameter: 'image', message: 's', fix: 'f' }] },
      /^spec\.validations\.0\.rule: must be one expression/,
    ],
    [
      'a required parameter without an example',
      { parameters: [{ ...parameter, required: true, pattern: '[0-9]+' }], containers: [container] },
      /the parameter x needs an example/,
    ],
    [
      'a part of text that is nothing',
      { parameters: [parameter], containers: [{ ...container, args: ['-x=${ params.x }'] }] },
      /^spec\.containers\.0\.args\.0: .*native form.*is null, which cannot be part/,
    ],
    [
      'a pod that keeps its processes apart',
      { pod: { shareProcessNamespace: false } },
      /^spec\.pod\.shareProcessNamespace: /,
    ],
    [
      'a condition of the pod that is none',
      { pod: { $if: 'yes', shareProcessNamespace: true } },
      /^spec\.pod\.\$if: must be one expression/,
    ],
    ['a file without content', { files: [{ name: 'x' }] }, /^spec\.files\.0: must have either text or content/],
  ])('with %s are refused with the path', (_, part, expected) => {
    expect(problems('kind' in part ? part : template(part))).toEqual(
      expect.arrayContaining([expect.stringMatching(expected)]),
    );
  });

  it('report every problem, not only the first', () => {
    const broken = template({
      containers: [{ ...container, args: ['${ params.a }', '${ params.b }'] }],
      volumes: [{ name: '${ c }' }],
    });
    expect(problems(broken)).toHaveLength(3);
  });
});
