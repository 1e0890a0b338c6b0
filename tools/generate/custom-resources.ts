// The CustomResourceDefinitions of the chart, generated from the schema that also reads templates.
import { stringify } from 'yaml';
import * as z from 'zod';
import { templateSpecSchema } from '../../src/template/schema.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly additionalProperties?: unknown;
  readonly exclusiveMinimum?: number;
  readonly [key: string]: unknown;
}

const copied = ['description', 'pattern', 'minLength', 'maxLength', 'minItems', 'maxItems', 'maximum', 'required'];

/** A JSON Schema in the structural form that Kubernetes requires: one type per field, and no additionalProperties. */
function structural(schema: Schema): Schema {
  const result: { [key: string]: unknown } = {};
  for (const key of copied) if (schema[key] !== undefined) result[key] = schema[key];
  if (schema.const !== undefined) return { ...result, type: typeof schema.const, enum: [schema.const] };
  // A scalar: YAML gives text, a number or a boolean.
  if (Array.isArray(schema.type)) return { ...result, 'x-kubernetes-preserve-unknown-fields': true };
  result.type = schema.type;
  if (schema.enum) result.enum = schema.enum;
  if (schema.exclusiveMinimum !== undefined) result.minimum = schema.exclusiveMinimum + 1;
  if (schema.items) result.items = structural(schema.items);
  if (schema.properties) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, structural(property)]),
    );
  } else if (schema.type === 'object') result['x-kubernetes-preserve-unknown-fields'] = true;
  return result;
}

/** Rules across fields, by the path of the object that they apply to. */
const rules: readonly (readonly [path: readonly string[], rule: string, message: string, field?: string])[] = [
  [
    [],
    '(has(self.containers) && size(self.containers) > 0) || (has(self.initContainers) && size(self.initContainers) > 0)',
    'a template needs at least one container, here or in initContainers',
    '.containers',
  ],
  [['parameters', 'items'], "self.type != 'enum' || has(self.values)", 'an enum needs values'],
  [['files', 'items'], 'has(self.text) != has(self.content)', 'must have either text or content'],
];

function withRules(spec: Schema): Schema {
  for (const [path, rule, message, fieldPath] of rules) {
    let target = spec;
    for (const key of path) target = ((key === 'items' ? target.items : target.properties?.[key]) ?? {}) as Schema;
    const list = (target['x-kubernetes-validations'] ?? []) as { rule: string; message: string }[];
    Object.assign(target, {
      'x-kubernetes-validations': [...list, { rule, message, ...(fieldPath && { fieldPath }) }],
    });
  }
  return spec;
}

const text = { type: 'string' };
const status = {
  type: 'object',
  description: 'Whether the injector uses the template.',
  properties: {
    observedGeneration: { type: 'integer', format: 'int64' },
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: {
        type: 'object',
        required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
        properties: {
          type: text,
          status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
          reason: text,
          message: text,
          lastTransitionTime: { type: 'string', format: 'date-time' },
          observedGeneration: { type: 'integer', format: 'int64' },
        },
      },
    },
  },
};

function definition(kind: string, scope: 'Cluster' | 'Namespaced', shortNames: readonly string[]): string {
  const singular = kind.toLowerCase();
  const spec = withRules(structural(z.toJSONSchema(templateSpecSchema, { io: 'input', reused: 'inline' }) as Schema));
  return stringify(
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${singular}s.sidecar.io`,
        // Deleting the chart must not delete the objects of users.
        annotations: { 'helm.sh/resource-policy': 'keep' },
      },
      spec: {
        group: 'sidecar.io',
        scope,
        names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List`, shortNames, categories: ['sidecar'] },
        versions: [
          {
            name: 'v1alpha1',
            served: true,
            storage: true,
            subresources: { status: {} },
            additionalPrinterColumns: [
              { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
              { name: 'Summary', type: 'string', jsonPath: '.spec.summary' },
              { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
            ],
            schema: {
              openAPIV3Schema: {
                type: 'object',
                required: ['spec'],
                description: 'Declares a sidecar. docs/templates.md describes the language.',
                properties: {
                  apiVersion: text,
                  kind: text,
                  metadata: {
                    type: 'object',
                    properties: {
                      name: { type: 'string', pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 30 },
                    },
                  },
                  spec,
                  status,
                },
              },
            },
          },
        ],
      },
    },
    { aliasDuplicateObjects: false, lineWidth: 120 },
  );
}

/** The manifest with both definitions. */
export function customResources(): string {
  return [
    '{{- if .Values.crds.install }}\n',
    '# Generated from src/template/schema.ts by `npm run generate`.\n',
    definition('ClusterSidecarTemplate', 'Cluster', ['cst']),
    '---\n',
    definition('SidecarTemplate', 'Namespaced', ['st']),
    '{{- end }}\n',
  ].join('');
}
