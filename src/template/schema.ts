import * as z from 'zod';
import type { Json } from '../core/json.ts';
import { parameterSchema, word } from '../language/parameter-declaration.ts';
import { scalar } from '../language/types/fields.ts';

const tree: z.ZodType<Json> = z.json();
const objectTree = z.record(z.string(), tree);

const validationSchema = z.strictObject({
  rule: z.string().min(1).describe('${ CEL } that must be true.'),
  parameter: word.describe('The parameter that the problem names.'),
  message: z.string().min(1),
  fix: z.string().min(1),
});

const orderSchema = z.strictObject({
  before: z.array(word).max(32).default([]),
  after: z.array(word).max(32).default([]),
  initContainers: z
    .enum(['before', 'after'])
    .default('after')
    .describe(
      'Whether the containers that start in the init phase run before or after the init containers of the app.',
    ),
});

const resourcesSchema = z.strictObject({
  cpu: scalar.default('10m'),
  memory: scalar.default('32Mi'),
  cpuLimit: scalar.optional(),
  memoryLimit: scalar.optional(),
  ephemeralStorage: scalar.optional(),
  ephemeralStorageLimit: scalar.optional(),
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
  .refine((file) => (file.text === undefined) !== (file.content === undefined), 'must have either text or content');

/** The key of an annotation. Source: Kubernetes, "Annotations: syntax and character set". */
const annotationKey = z
  .string()
  .regex(
    /^\$if$|^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
    'must be an annotation key such as example.com/name',
  )
  .refine(
    (key) => !/^(.*\.)?sidecar\.io\//.test(key),
    'must not be in sidecar.io/: these annotations belong to users and to the injector',
  );

export const templateSpecSchema = z
  .strictObject({
    summary: z.string().min(1),
    failurePolicy: z
      .enum(['Fail', 'Ignore'])
      .describe(
        'While no injector is available: Fail refuses pods that ask for this sidecar, Ignore creates them without it.',
      ),
    image: z.string().min(1).describe('Default of the parameter image; can contain ${ CEL }.'),
    resources: resourcesSchema.prefault({}),
    parameters: z.array(parameterSchema).max(64).default([]),
    validations: z.array(validationSchema).max(64).default([]),
    containers: z
      .array(objectTree)
      .max(8)
      .default([])
      .describe('Run beside the app: as native sidecars where the cluster supports them, else as plain containers.'),
    initContainers: z.array(objectTree).max(8).default([]).describe('Run once, before the app.'),
    volumes: z.array(objectTree).max(32).default([]),
    mounts: z.array(objectTree).max(32).default([]).describe('Volume mounts for the targeted containers of the app.'),
    appVolumes: z
      .array(z.enum(['emptyDir', 'ephemeral', 'persistentVolumeClaim']))
      .max(3)
      .default([])
      .describe(
        'Kinds of volumes of the app that a mount uses instead of its own volume, if the app has one at the same path.',
      ),
    env: z
      .array(objectTree)
      .max(64)
      .default([])
      .describe(
        'Environment variables for the targeted containers of the app; $ifSet says what happens if the app sets one: append, prepend, refuse or keep.',
      ),
    files: z.array(fileSchema).max(16).default([]).describe('Files in the volume <instance.id>-files.'),
    annotations: z
      .record(annotationKey, tree)
      .optional()
      .describe('Added to the pod: all of them, or none with a warning if the pod has another value for one of them.'),
    serviceAccountToken: z
      .boolean()
      .default(false)
      .describe("Whether the containers get the token of the pod's service account. Only in a ClusterSidecarTemplate."),
    needsNetwork: z
      .boolean()
      .default(false)
      .describe('True for a sidecar that has to reach the network before the app starts.'),
    order: orderSchema.prefault({}).describe('Sidecars that this one comes before or after, if both are in a pod.'),
    conflicts: z.array(word).max(32).default([]).describe('Sidecars that cannot be in the same pod.'),
    pod: z
      .strictObject({ $if: z.string().optional(), shareProcessNamespace: z.literal(true).optional() })
      .default({})
      .describe('Fields of the pod that the sidecar needs; $if makes them conditional.'),
  })
  .refine(({ containers, initContainers }) => containers.length + initContainers.length > 0, {
    path: ['containers'],
    error: 'a template needs a container: add one here or to initContainers',
  });
export type TemplateSpec = z.infer<typeof templateSpecSchema>;

export const templateName = word.max(30);

export const templateSchema = z.strictObject({
  apiVersion: z.literal('sidecar.io/v1alpha1'),
  kind: z.enum(['ClusterSidecarTemplate', 'SidecarTemplate']),
  metadata: z.looseObject({ name: templateName, namespace: z.string().optional() }),
  spec: templateSpecSchema,
  status: z.unknown().optional().describe('Written by the injector, never read.'),
});
export type TemplateDocument = z.infer<typeof templateSchema>;
