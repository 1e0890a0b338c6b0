/** A folder of `src/`: what is in it, and what its files may import besides each other. */
export interface Room {
  readonly name: string;
  /** One phrase for the table in docs/architecture.md. */
  readonly does: string;
  /** A pure room touches no file, network, clock, randomness, process or console. */
  readonly pure: boolean;
  readonly rooms: readonly string[];
  /** npm packages and Node's modules; `node:` stands for all of Node's. */
  readonly packages: readonly string[];
}

/**
 * Every room, in the order of the imports: a room imports only rooms above it. `test/rooms.test.ts` holds the sources
 * to this list, and `npm run generate` writes it into docs/architecture.md.
 */
export const rooms: readonly Room[] = [
  {
    name: 'core',
    does: 'JSON, pod shapes, annotation names, problems and outcomes',
    pure: true,
    rooms: [],
    packages: [],
  },
  {
    name: 'workload',
    does: 'the kinds that make pods, where their pod templates are, and how these carry annotations to the pods',
    pure: true,
    rooms: ['core'],
    packages: [],
  },
  {
    name: 'flags',
    does: 'tables of command-line flags: parsing, problems and help',
    pure: true,
    rooms: ['core'],
    packages: ['node:util'],
  },
  {
    name: 'language',
    does: 'the template language: CEL expressions, object trees, parameter types',
    pure: true,
    rooms: ['core'],
    packages: ['@marcbachmann/cel-js', 're2js', 'zod'],
  },
  {
    name: 'template',
    does: 'compiles a template once and renders it for each pod',
    pure: true,
    rooms: ['core', 'language'],
    packages: ['node:crypto', 'zod'],
  },
  {
    name: 'catalog',
    does: 'the built-in sidecars, one YAML file each, and how templates are loaded, indexed and ordered',
    pure: true,
    rooms: ['core', 'language', 'template'],
    packages: ['yaml'],
  },
  {
    name: 'select',
    does: 'annotations → sidecar instances, their settings, and why',
    pure: true,
    rooms: ['core', 'language', 'template', 'catalog'],
    packages: [],
  },
  {
    name: 'policy',
    does: 'SidecarPolicy: compiled, found by namespace, applied to the settings of a pod, judging a pod',
    pure: true,
    rooms: ['core', 'language', 'template', 'catalog', 'select'],
    packages: ['node:crypto', 'zod'],
  },
  {
    name: 'merge',
    does: 'rendered fragments into the pod: targets, collisions, operations',
    pure: true,
    rooms: ['core', 'template', 'select'],
    packages: [],
  },
  {
    name: 'state',
    does: 'the immutable snapshot of templates, namespaces and cluster facts, and the webhook configurations that follow from it',
    pure: true,
    rooms: ['core', 'policy', 'workload', 'language', 'template', 'catalog'],
    packages: [],
  },
  {
    name: 'engine',
    does: '`inject(request, state)`: the one function that every entry point calls',
    pure: true,
    rooms: ['core', 'policy', 'language', 'template', 'catalog', 'select', 'merge', 'state'],
    packages: [],
  },
  {
    name: 'rollout',
    does: 'what a rollout does next, from the workloads and pods as they are',
    pure: true,
    rooms: ['core', 'policy'],
    packages: [],
  },
  {
    name: 'admission',
    does: 'AdmissionReview in, AdmissionReview out',
    pure: true,
    rooms: ['core', 'policy', 'workload', 'state', 'engine'],
    packages: [],
  },
  {
    name: 'yaml-edit',
    does: 'edits YAML and JSON files without losing comments or formatting',
    pure: false,
    rooms: ['core'],
    packages: ['fast-json-patch', 'js-yaml', 'yaml'],
  },
  {
    name: 'certificates',
    does: 'issues, renews, reads and reloads certificates',
    pure: false,
    rooms: ['core'],
    packages: ['node-forge', 'node:'],
  },
  {
    name: 'cluster',
    does: 'watches namespaces, templates and policies, looks up what a watch has not brought yet, writes Events, the status of templates and policies, the webhook configurations and the bindings of policies, and keeps certificates in a Secret',
    pure: false,
    rooms: ['core', 'certificates'],
    packages: ['@kubernetes/client-node', 'node:'],
  },
  {
    name: 'telemetry',
    does: 'the log and the metrics',
    pure: false,
    rooms: ['core'],
    packages: ['pino', 'prom-client'],
  },
  {
    name: 'network',
    does: 'which connections a server keeps when it has too many',
    pure: false,
    rooms: [],
    packages: ['node:'],
  },
  {
    name: 'server',
    does: 'the HTTPS server: routes, timeouts, draining',
    pure: false,
    rooms: ['core', 'flags', 'state', 'admission', 'network'],
    packages: ['fastify', 'node:'],
  },
  {
    name: 'cli',
    does: 'the `sidecar` command',
    pure: false,
    rooms: [
      'core',
      'certificates',
      'workload',
      'flags',
      'language',
      'template',
      'catalog',
      'policy',
      'state',
      'engine',
      'rollout',
      'yaml-edit',
    ],
    packages: ['node:crypto', 'node:fs', 'node:path', 'node:util', 'node:worker_threads', 'yaml'],
  },
  {
    name: 'programs',
    does: 'the small programs that some sidecars run: topz, filesync, logship, jsonmetrics, onlymetrics',
    pure: false,
    rooms: ['core', 'flags', 'network'],
    packages: ['re2js', 'node:'],
  },
  {
    name: 'main',
    does: 'entry points: flags, environment, signals, exit codes',
    pure: false,
    rooms: [
      'core',
      'workload',
      'catalog',
      'policy',
      'state',
      'certificates',
      'cluster',
      'telemetry',
      'server',
      'cli',
      'programs',
    ],
    packages: ['@kubernetes/client-node', 'node:'],
  },
];
