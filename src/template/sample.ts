import { instanceId } from '../core/instance.ts';
import { firstLine } from '../language/cel.ts';
import type { Parameter } from '../language/parameter.ts';
import type { Scope } from '../language/scope.ts';
import { RenderError, type TemplateProblem } from '../language/template-problem.ts';
import { parameterTypes } from '../language/types/registry.ts';
import type { Value } from '../language/types/value.ts';
import { declarationPath } from './common-parameters.ts';
import { fragmentProblems } from './fragment-problems.ts';
import type { Template } from './template.ts';

/** A pod of a workload: it has no name yet, and no optional field. */
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

/** Renders the template with sample values, native and classic, and gives what no pod could have. */
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
      if (!holds(scope)) for (const render of [message, fix]) render(scope);
    return fragmentProblems(template.render(scope), scope.instance.id, template.document.spec);
  } catch (error) {
    const path = error instanceof RenderError ? error.path : ['spec'];
    const message = `fails with sample values (${native ? 'native' : 'classic'} form): ${firstLine(error)}`;
    return [{ path, message }];
  }
}

/** The scope of a pod that sets only the required parameters. */
export function sampleScope(template: Template, native: boolean): Scope {
  const params: { [field: string]: Value } = {};
  const { name } = template;
  const scope: Scope = {
    params,
    instance: { id: instanceId(name), name: '', sidecar: name, native },
    cluster: { version: '1.36.0', nativeSidecars: native, assignsUsers: false },
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
  const { byDefault } = parameter;
  try {
    return typeof byDefault === 'function' ? byDefault(scope) : byDefault;
  } catch (error) {
    throw new RenderError(declarationPath(document.spec, parameter.name, 'default'), error);
  }
}

/** A usable value of a required parameter. Throws when its declaration gives none; compiling a template checks that. */
export function sampleOf({ name, declaration, read }: Parameter): Value {
  const sample = read(declaration.example ?? parameterTypes[declaration.type].sample(declaration));
  if ('problem' in sample) throw new Error(`the parameter ${name} needs an example: ${sample.problem.message}`);
  return sample.value;
}
