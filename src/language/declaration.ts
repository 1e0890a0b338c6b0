import type { ParameterDeclaration } from './parameter-declaration.ts';
import { typeFields } from './types/fields.ts';
import type { DeclarationProblem, ParameterType } from './types/parameter-type.ts';
import { parameterTypes } from './types/registry.ts';

/** The problems of a declaration: fields that have no effect on its type, or values of fields that cannot be used. */
export function declarationProblems(declaration: ParameterDeclaration): readonly DeclarationProblem[] {
  const type: ParameterType = parameterTypes[declaration.type];
  const keys = Object.keys(typeFields) as (keyof typeof typeFields)[]; // the type of Object.keys forgets the keys
  const unused = keys.filter((key) => declaration[key] !== undefined && !type.fields.includes(key));
  if (unused.length === 0) return type.problems?.(declaration) ?? [];
  return unused.map((key) => ({
    key,
    message: `has no effect on the type ${declaration.type} (only on ${typesWith(key).join(', ')}): remove it`,
  }));
}

function typesWith(key: DeclarationProblem['key']): string[] {
  return Object.entries<ParameterType>(parameterTypes)
    .filter(([, { fields }]) => fields.includes(key))
    .map(([name]) => name);
}
