import { z } from 'zod';
import type { Json } from '../core/json.ts';
import { parameterSchema, word } from '../language/parameter-declaration.ts';
import { scalar } from '../language/types/fields.ts';

const tree: z.ZodType<Json> = z.json();
const objectTree = z.record(z.string(), tree);

const validationSchema = z.strictObject({
  rule: z.string().min(1).describe('${ CEL } that is true when all is well.'),
  parameter: word.describe('The parameter that the problem is shown at.'),
  message: z.string().min(1),
  fix: z.string().min(1),
});

const orderSchema = z.strictObject({
  before: z.array(word).max(32).default([]),
  after: z.array(word).max(32).default([]),
  initContainers: z
    .enum(['before', 'after'])
    .default('after')
    .describe('Whether what the sidecar runs in the init phase comes before or after the init containers of the app.'),
});

const resourcesSchema = z.strictObject({
  cpu: scalar.default('10m'),
  memory: scalar.default('32Mi'),
  cpuLimit: scalar.optional(),
  memoryLimit: scalar.optional(),
});

const fileSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-z0-9]([a-z0-9.-]{0,28}[a-z0-9])?$/,
        'must be a short file name of lower case letters, digits, - and .',
      ),
    text: z.string().optional().describe('The content as it is.'),
    content: z.string().optional().describe('The content with ${ CEL } in it.'),
  })
  .refine((file) => (file.text === undefined) !== (file.content === undefined), 'needs either text or content');

/** The key of an annotation. Source: Kubernetes, "Annotations: syntax and character set". */
const annotationKey = z
  .string()
  .regex(
    /^\$if$|^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
    'must be the key of an annotation, such as example.com/name',
  )
  .refine(
    (key) => !/^(.*\.)?sidecar\.io\//.test(key),
    'sidecar.io/ is what users write, and what the injector writes itself',
  );

export const templateSpecSchema = z
  .strictObject({
    summary: z.string().min(1),
    failurePolicy: z
      .enum(['Fail', 'Ignore'])
      .describe(
        'When no injector answers: Fail keeps a pod that asks for this sidecar from starting, Ignore starts it without.',
      ),
    image: z
      .string()
      .min(1)
      .describe('Default of the parameter image; may hold ${ CEL } over injector and parameters.'),
    resources: resourcesSchema.prefault({}),
    parameters: z.array(parameterSchema).max(64).default([]),
    validations: z.array(validationSchema).max(64).default([]),
    containers: z
      .array(objectTree)
      .max(8)
      .default([])
      .describe('Run as long as the app: native sidecars where the cluster can, else plain containers.'),
    initContainers: z.array(objectTree).max(8).default([]).describe('Run once, before the app.'),
    volumes: z.array(objectTree).max(32).default([]),
    mounts: z
      .array(objectTree)
      .max(32)
      .default([])
      .describe('Volume mounts for the app containers that the sidecar is aimed at.'),
    appVolumes: z
      .array(z.enum(['emptyDir', 'ephemeral', 'persistentVolumeClaim']))
      .max(3)
      .default([])
      .describe(
        'Kinds of volumes of the app that stand in for the own volume of a mount, where the app has one at its path already.',
      ),
    env: z
      .array(objectTree)
      .max(64)
      .default([])
      .describe('Environment variables for the same app containers; what a container sets itself stays.'),
    files: z
      .array(fileSchema)
      .max(16)
      .default([])
      .describe('Mounted from the volume <instance.id>-files through the downward API.'),
    annotations: z
      .record(annotationKey, tree)
      .optional()
      .describe(
        'Of the pod: all of them are added, or none, with a warning, where the pod has another value for one of them.',
      ),
    order: orderSchema.prefault({}).describe('Sidecars that this one comes before or after, where both are in a pod.'),
    conflicts: z.array(word).max(32).default([]).describe('Sidecars that cannot be in the same pod.'),
    pod: z
      .strictObject({ $if: z.string().optional(), shareProcessNamespace: z.literal(true).optional() })
      .default({})
      .describe('Fields of the pod that the sidecar needs, with $if only when that is true.'),
  })
  .refine(({ containers, initContainers }) => containers.length + initContainers.length > 0, {
    path: ['containers'],
    error: 'there is no container: add one here or to initContainers',
  });
export type TemplateSpec = z.infer<typeof templateSpecSchema>;

export const templateSchema = z.strictObject({
  apiVersion: z.literal('sidecar.io/v1alpha1'),
  kind: z.enum(['ClusterSidecarTemplate', 'SidecarTemplate']),
  metadata: z.looseObject({ name: word.max(30), namespace: z.string().optional() }),
  spec: templateSpecSchema,
  status: z.unknown().optional().describe('Written by the injector, never read.'),
});
export type TemplateDocument = z.infer<typeof templateSchema>;
