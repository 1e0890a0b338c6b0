import * as z from 'zod';
import { operators } from './selector.ts';

/** As Kubernetes has it: a DNS subdomain can be before the name. */
const labelKey = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
    'must be the key of a label',
  )
  .refine((key) => key.indexOf('/') <= 253, 'must have at most 253 characters before the /');
const labelValue = z
  .string()
  .regex(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, 'must be the value of a label');
const word = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower case letters, digits and hyphens');
const accountName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be the name of a service account')
  .max(253);
const text = z.string().max(4096);

/** As `metav1.LabelSelector`. */
const selectorSchema = z.strictObject({
  matchLabels: z.record(labelKey, labelValue).optional(),
  matchExpressions: z
    .array(
      z
        .strictObject({ key: labelKey, operator: z.enum(operators), values: z.array(labelValue).max(32).default([]) })
        .refine(
          ({ operator, values }) => (operator === 'In' || operator === 'NotIn') === values.length > 0,
          'In and NotIn need values, Exists and DoesNotExist have none',
        ),
    )
    .max(16)
    .optional(),
});

const requireSchema = z.strictObject({
  sidecar: word.max(30).describe('The name of a sidecar of the cluster.'),
  settings: z.record(word, text).default({}).describe('Parameters of the sidecar and their values, as in annotations.'),
  lock: z
    .array(
      z
        .string()
        .regex(/^(\*|[a-z][a-z0-9]*(-[a-z0-9]+)*)$/, 'must be the name of a parameter, or *')
        .max(64),
    )
    .max(64)
    .default([])
    .describe('Settings that nobody can change; "*" for all parameters of the sidecar, also those that are not set.'),
});

const exemptSchema = z
  .strictObject({
    podSelector: selectorSchema.optional().describe('Labels of pods.'),
    serviceAccounts: z.array(accountName).max(32).default([]).describe('Service accounts of pods.'),
    until: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2027-01-31')
      .optional()
      .describe('The last day of the exemption, in UTC. Without it, the exemption does not end.'),
    reason: z.string().min(1).max(1024).describe('Why, for those who read the policy.'),
  })
  .refine(
    ({ podSelector, serviceAccounts }) => podSelector !== undefined || serviceAccounts.length > 0,
    'must have a podSelector or serviceAccounts',
  );

export const policySpecSchema = z.strictObject({
  namespaceSelector: selectorSchema.describe('Labels of the namespaces that the policy is for; {} for all.'),
  podSelector: selectorSchema
    .default({})
    .describe('Labels of the pods that the policy is for. Whoever writes a pod chooses its labels.'),
  require: z.array(requireSchema).max(16).default([]).describe('Sidecars that each pod gets, without an annotation.'),
  defaults: z
    .record(z.string().max(64), text)
    .default({})
    .describe('Settings that apply where no annotation says otherwise. Keys are annotations without sidecar.io/.'),
  forbid: z.array(word.max(30)).max(64).default([]).describe('Sidecars that no pod may have.'),
  action: z
    .enum(['Enforce', 'Warn', 'Audit'])
    .describe(
      'Enforce changes and refuses pods. Warn and Audit only say what Enforce would do: Warn also to the user.',
    ),
  exempt: z.array(exemptSchema).max(32).default([]).describe('Pods that the policy is not for.'),
});
export type PolicySpec = z.infer<typeof policySpecSchema>;

/** A name is part of the names of the objects that the injector makes of the policy. */
export const policyNamePattern = '^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$';
export const policyName = z
  .string()
  .regex(new RegExp(policyNamePattern), 'must be 1 to 50 lower case letters, digits and hyphens');
