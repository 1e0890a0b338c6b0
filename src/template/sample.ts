import { firstLine } from '../language/expression.ts';
import type { Parameter } from '../language/parameter.ts';
import type { ParameterDeclaration } from '../language/parameter-declaration.ts';
import { RenderError, type TemplateProblem } from '../language/place.ts';
import type { Scope } from '../language/scope.ts';
import type { Value } from '../language/types/value.ts';
import { declarationPath } from './common-parameters.ts';
import { fragmentProblems } from './fragment-problems.ts';
import type { Template } from './template.ts';

const samples: Readonly<Record<ParameterDeclaration['type'], string>> = {
  string: 'sample',
  integer: '1',
  boolean: 'true',
  port: '20000',
  duration: '30s',
  quantity: '64Mi',
  path: '/sample',
  url: 'https://example.com/sample',
  enum: '',
  list: 'sample',
};

/** A pod of a workload: without a name, and with nothing that a pod can do without. */
const sampleView: Required<Pick<Scope, 'pod' | 'namespaceObject'>> = {
  pod: {
    metadata: { name: '', generateName: 'sample-', namespace: 'default', labels: {}, annotations: {} },
    containers: [
      {
        name: 'app',
        image: 'example.com/app:1.0.0',
        ports: [{ name: 'http', containerPort: 8080n, protocol: 'TCP' }],
      },
    ],
  },
  namespaceObject: { metadata: { name: 'default', labels: {}, annotations: {} } },
};

/** Renders the template with sample values, native and classic, and says what of the result could never be part of a pod. */
export function sampleProblems(template: Template): TemplateProblem[] {
  for (const native of [true, false]) {
    const problems = problemsOf(template, native);
    if (problems.length > 0) return problems;
  }
  return [];
}

function problemsOf(template: Template, native: boolean): TemplateProblem[] {
  try {
    const scope = sampleScope(template, native);
    for (const { holds, message, fix } of template.validations)
      if (!holds(scope)) [message, fix].map((say) => say(scope));
    return fragmentProblems(template.render(scope), scope.instance.id);
  } catch (error) {
    return [
      {
        path: error instanceof RenderError ? error.path : ['spec'],
        message: `rendered with sample values (${native ? 'native' : 'classic'} form): ${firstLine(error)}`,
      },
    ];
  }
}

/** A scope as a pod would give it that sets just the required parameters. */
export function sampleScope(template: Template, native: boolean): Scope {
  const params: { [field: string]: Value } = {};
  const { name } = template;
  const scope: Scope = {
    params,
    instance: { id: `sidecar-${name}`, name: '', sidecar: name, native },
    cluster: { version: '1.36.0', nativeSidecars: native },
    injector: { version: '0.0.0', image: 'example.com/sidecar-injector:0.0.0' },
    ...sampleView,
  };
  const all = [...template.parameters.values()];
  for (const parameter of all.filter(({ declaration }) => declaration.required))
    params[parameter.field] = sampleOf(parameter);
  for (const parameter of all) params[parameter.field] ??= null;
  for (const parameter of all)
    if (!parameter.declaration.required) params[parameter.field] = defaultIn(template, parameter, scope);
  return scope;
}

function defaultIn({ document }: Template, parameter: Parameter, scope: Scope): Value {
  try {
    return parameter.defaultValue(scope);
  } catch (error) {
    throw new RenderError(declarationPath(document.spec, parameter.name, 'default'), error);
  }
}

/** A value that a required parameter could have. Throws when its declaration gives no usable one; compiling checks that. */
export function sampleOf(parameter: Parameter): Value {
  const { type, example, values, min } = parameter.declaration;
  const text = example ?? values?.[0] ?? min ?? samples[type];
  const read = parameter.read(text);
  if ('problem' in read) throw new Error(`parameter ${parameter.name} needs an example: ${read.problem.message}`);
  return read.value;
}
