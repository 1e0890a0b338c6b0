// What src/template knows of the parts of a pod, compared with what an API server says of them.
import { containerShape, mountShape, variableShape } from '../../src/template/container-shape.ts';
import type { Shape } from '../../src/template/shape.ts';
import { volumeShape } from '../../src/template/volume-shape.ts';

interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}
export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What the API server says of each kind; a quantity or a port is one of several there. */
const types: Readonly<Record<string, readonly (string | undefined)[]>> = {
  text: ['string'],
  portName: ['string'],
  number: ['integer'],
  count: ['integer'],
  seconds: ['integer'],
  one: ['integer'],
  absent: ['integer'],
  id: ['integer'],
  mode: ['integer'],
  port: ['integer'],
  boolean: ['boolean'],
  map: ['object'],
  quantity: ['string', undefined],
  portOrName: ['string', undefined],
};

/** Fields that only one of the two has, types that differ, and what only the API server requires; with their places. */
export function differences({ components: { schemas } }: OpenApi): string[] {
  const resolved = (schema: Schema): Schema => {
    const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
    return (reference ? schemas[reference.replace(/.*\//, '')] : schema) ?? {};
  };
  const compare = (shape: Shape, schema: Schema | undefined, path: string): string[] => {
    if (!schema) return [`${path} is not there`];
    const real = resolved(schema);
    const wrong = (what: string) => [`${path} is ${real.type}, not ${what}`];
    if (typeof shape === 'string') return shape === 'anything' || types[shape]?.includes(real.type) ? [] : wrong(shape);
    if ('words' in shape) {
      if (real.type !== 'string') return wrong('a word');
      const missing = (real.enum ?? []).filter((word) => !shape.words.includes(word));
      return missing.map((word) => `${path} can be ${word}`);
    }
    if ('list' in shape) return real.type === 'array' ? compare(shape.list, real.items, `${path}[]`) : wrong('a list');
    if ('each' in shape) return compare(shape.each, real.additionalProperties, `${path}.*`);
    const known = Object.keys(shape.fields);
    const unknown = Object.keys(real.properties ?? {}).filter((name) => !known.includes(name));
    const needed = (real.required ?? []).filter((name) => known.includes(name) && !shape.required.includes(name));
    return [
      ...needed.map((name) => `${path}.${name} is required`),
      ...unknown.map((name) => `${path}.${name} is not known here`),
      ...known.flatMap((name) => compare(shape.fields[name] ?? 'anything', real.properties?.[name], `${path}.${name}`)),
    ];
  };
  const compared = { Container: containerShape, Volume: volumeShape, EnvVar: variableShape, VolumeMount: mountShape };
  return Object.entries(compared).flatMap(([name, shape]) =>
    compare(shape, schemas[`io.k8s.api.core.v1.${name}`], name),
  );
}
