// A kind of an operator, with a closed schema as generators write it. The chart is installed with it in `workloads`.

const group = 'e2e.example.com';

/** How the chart is told of it. */
export const widgetSettings = ['group=e2e.example.com', 'kind=Widget', 'template=spec.pods.template'].map(
  (setting) => `workloads[0].${setting}`,
);

const objectOf = (properties: object) => ({ type: 'object', properties });
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const annotations = { type: 'object', additionalProperties: { type: 'string' } };
const template = objectOf({ metadata: objectOf({ annotations }), spec: open });

export const widgetDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    ...{ group, scope: 'Namespaced', names: { plural: 'widgets', singular: 'widget', kind: 'Widget' } },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: { openAPIV3Schema: objectOf({ spec: objectOf({ pods: objectOf({ template }) }) }) },
      },
    ],
  },
};

export const widget = (spec: object) => ({
  ...{ apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'web' } },
  spec: { pods: { template: { spec } } },
});
