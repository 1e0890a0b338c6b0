// The CustomResourceDefinitions of the chart, generated from the schemas that also read the objects.
import { stringify } from 'yaml';
import * as z from 'zod';
import { policyNamePattern, policySpecSchema } from '../../src/policy/schema.ts';
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
  } else if (isTextMap(schema)) {
    result.additionalProperties = structural(schema.additionalProperties);
    result.maxProperties = 64;
  } else if (schema.type === 'object') result['x-kubernetes-preserve-unknown-fields'] = true;
  return result;
}

function isTextMap(schema: Schema): schema is Schema & { additionalProperties: Schema } {
  const { additionalProperties: values } = schema;
  return typeof values === 'object' && values !== null && 'type' in values && values.type === 'string';
}

type Rule = readonly [path: readonly string[], rule: string, message: string, field?: string];

/** Rules across fields, by the path of the object that they apply to. */
const templateRules: readonly Rule[] = [
  [
    [],
    '(has(self.containers) && size(self.containers) > 0) || (has(self.initContainers) && size(self.initContainers) > 0)',
    'a template needs at least one container, here or in initContainers',
    '.containers',
  ],
  [['parameters', 'items'], "self.type != 'enum' || has(self.values)", 'an enum needs values'],
  [['files', 'items'], 'has(self.text) != has(self.content)', 'must have either text or content'],
];

const hasItsValues = [
  "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
  'In and NotIn need values, Exists and DoesNotExist have none',
] as const;

const policyRules: readonly Rule[] = [
  [['namespaceSelector', 'matchExpressions', 'items'], ...hasItsValues],
  [['podSelector', 'matchExpressions', 'items'], ...hasItsValues],
  [['exempt', 'items', 'podSelector', 'matchExpressions', 'items'], ...hasItsValues],
  [
    ['exempt', 'items'],
    'has(self.podSelector) || (has(self.serviceAccounts) && size(self.serviceAccounts) > 0)',
    'an exemption needs a podSelector or serviceAccounts',
  ],
  [
    ['require', 'items'],
    "!has(self.lock) || self.lock.all(name, name == '*' || (has(self.settings) && name in self.settings))",
    'lock names parameters in settings, or "*"',
    '.lock',
  ],
  [
    [],
    '!has(self.forbid) || !has(self.require) || !self.require.exists(each, each.sidecar in self.forbid)',
    'a policy cannot require a sidecar and forbid it',
    '.forbid',
  ],
];

function withRules(spec: Schema, rules: readonly Rule[]): Schema {
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
  description: 'What the injector makes of the object.',
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

interface Definition {
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly shortName: string;
  readonly description: string;
  readonly spec: Schema;
  readonly status: Schema;
  /** The columns of `kubectl get` between `Ready` and `Age`. */
  readonly columns: readonly Column[];
  readonly name: { readonly pattern: string; readonly maxLength: number };
}

interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer';
  readonly jsonPath: string;
  readonly priority?: number;
}

function definition({ kind, plural, scope, shortName, description, columns, ...schema }: Definition): string {
  const singular = kind.toLowerCase();
  return stringify(
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${plural}.sidecar.io`,
        // `sidecar doctor` compares it.
        labels: { 'app.kubernetes.io/version': '{{ .Chart.AppVersion }}' },
        // Deleting the chart must not delete the objects of users.
        annotations: { 'helm.sh/resource-policy': 'keep' },
      },
      spec: {
        group: 'sidecar.io',
        scope,
        names: {
          ...{ kind, plural, singular, listKind: `${kind}List` },
          ...{ shortNames: [shortName], categories: ['sidecar'] },
        },
        versions: [
          {
            name: 'v1alpha1',
            served: true,
            storage: true,
            subresources: { status: {} },
            additionalPrinterColumns: [
              { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
              ...columns,
              { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
            ],
            schema: {
              openAPIV3Schema: {
                type: 'object',
                required: ['spec'],
                description,
                properties: {
                  apiVersion: text,
                  kind: text,
                  metadata: { type: 'object', properties: { name: { type: 'string', ...schema.name } } },
                  spec: schema.spec,
                  status: schema.status,
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

function specOf(schema: z.ZodType, rules: readonly Rule[]): Schema {
  return withRules(structural(z.toJSONSchema(schema, { io: 'input', reused: 'inline' }) as Schema), rules);
}

/** What the sidecars of the cluster are. */
const form = {
  form: {
    type: 'string',
    enum: ['Native', 'Classic'],
    description: 'Native sidecars or plain containers, unless the annotations of a pod say otherwise.',
  },
  formReason: { type: 'string', description: 'Why, such as the node that is too old for native sidecars.' },
};

function templateDefinition(kind: string, scope: Definition['scope'], shortName: string): string {
  return definition({
    ...{ kind, plural: `${kind.toLowerCase()}s`, scope, shortName },
    status: { ...status, properties: { ...status.properties, ...form } },
    description: 'Declares a sidecar. docs/templates.md describes the language.',
    spec: specOf(templateSpecSchema, templateRules),
    columns: [
      { name: 'Summary', type: 'string', jsonPath: '.spec.summary' },
      { name: 'Form', type: 'string', jsonPath: '.status.form', priority: 1 },
      { name: 'Reason', type: 'string', jsonPath: '.status.formReason', priority: 1 },
    ],
    name: { pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 30 },
  });
}

const number = (description: string): Schema => ({ type: 'integer', format: 'int64', description });
const pods = {
  type: 'object',
  description: 'How many pods run that the policy is for, where the injector counts them.',
  properties: {
    matching: number('All that the selectors select.'),
    compliant: number('Those that have the required sidecars and no forbidden one.'),
    violating: number('Those that would be refused or changed if they were created again.'),
    exempt: number('Those that an exemption is for.'),
  },
};

function policyDefinition(): string {
  return definition({
    ...{ kind: 'SidecarPolicy', plural: 'sidecarpolicies', scope: 'Cluster', shortName: 'spol' },
    description: 'Which sidecars pods must, may and must not have. docs/policies.md describes it.',
    spec: specOf(policySpecSchema, policyRules),
    status: { ...status, properties: { ...status.properties, pods } },
    columns: [
      { name: 'Action', type: 'string', jsonPath: '.spec.action' },
      { name: 'Enforced', type: 'string', jsonPath: ".status.conditions[?(@.type=='Enforced')].status" },
      { name: 'Pods', type: 'integer', jsonPath: '.status.pods.matching' },
      { name: 'Violating', type: 'integer', jsonPath: '.status.pods.violating' },
      { name: 'Compliant', type: 'integer', jsonPath: '.status.pods.compliant', priority: 1 },
      { name: 'Exempt', type: 'integer', jsonPath: '.status.pods.exempt', priority: 1 },
    ],
    name: { pattern: policyNamePattern, maxLength: 50 },
  });
}

/** The manifest with all definitions. */
export function customResources(): string {
  return [
    '{{- if .Values.crds.install }}\n',
    '# Generated from src/template/schema.ts and src/policy/schema.ts by `npm run generate`.\n',
    templateDefinition('ClusterSidecarTemplate', 'Cluster', 'cst'),
    '---\n',
    templateDefinition('SidecarTemplate', 'Namespaced', 'st'),
    '---\n',
    policyDefinition(),
    '{{- end }}\n',
  ].join('');
}
