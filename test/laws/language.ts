import type { State } from '../../src/state/state.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState, classicState } from '../engine/state.ts';

const port =
  '${ pod.containers.size() > 0 && pod.containers[0].ports.size() > 0 ? 25000 + pod.containers[0].ports[0].containerPort : 25000 }';
const described = { description: 'x' };

/** Templates that take the names of built-ins, so that the pods of the laws ask for them, and use what those do not. */
const specs: Readonly<Record<string, object>> = {
  topz: {
    parameters: [
      { name: 'port', type: 'port', default: port, ...described },
      { name: 'app', type: 'string', default: '${ pod.containers.map(c, c.name).join(" ") + "-" }', ...described },
    ],
    containers: [
      {
        name: '${ instance.id }',
        args: ['${ params.app }', '${ pod.metadata.annotations.map(k, k).join(" ") }', '${ pod.metadata.namespace }'],
        ports: [{ containerPort: '${ params.port }' }],
        $once: { args: ['--once'] },
      },
    ],
    env: [
      { name: 'A', value: '${ params.app }', $ifSet: 'append' },
      { name: 'VAR_7', value: 'ours', $ifSet: 'prepend', $separator: ':' },
      { name: 'LABELS', value: '${ pod.metadata.labels.map(k, k).join(" ") }' },
    ],
    annotations: { 'prometheus.io/port': '${ params.port }' },
    order: { initContainers: 'before' },
  },
  serve: {
    parameters: [
      { name: 'path', type: 'path', required: true, activates: true, example: '/x', ...described },
      { name: 'size', type: 'quantity', default: '1Gi', ...described },
    ],
    containers: [
      {
        name: '${ instance.id }',
        args: [
          '${ namespaceObject.metadata.name + string(pod.metadata.name == "p") + ("team" in namespaceObject.metadata.labels ? "t" : "") }',
        ],
      },
    ],
    env: [
      { name: 'A', value: 'serve', $ifSet: 'prepend' },
      { name: 'VAR_7', value: 'serve', $ifSet: 'append' },
      { name: 'VAR_8', value: 'serve', $ifSet: 'keep' },
      { name: 'SERVED', value: '${ params.path }' },
    ],
    volumes: [{ name: '${ instance.id }', emptyDir: { sizeLimit: '${ params.size }' } }],
    mounts: [{ name: '${ instance.id }', mountPath: '${ params.path }' }],
  },
};

const templates = Object.entries(specs).map(([name, spec]) => {
  const template = compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name },
    spec: { summary: 'x', failurePolicy: 'Ignore', image: 'x', ...spec },
  });
  if ('problems' in template) throw new Error(JSON.stringify(template.problems));
  return template;
});
const others = builtInState.catalog.templates.filter(({ name }) => !(name in specs));
const { catalog } = buildCatalog([...others, ...templates]);

/** States whose catalog uses all of the language. */
export const languageState: State = { ...builtInState, catalog };
export const classicLanguageState: State = { ...classicState, catalog };
