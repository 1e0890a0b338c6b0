import { objectAt } from '../core/fields.ts';
import { isCarried } from '../core/from-workload.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { suspectsIn } from '../core/pod.ts';
import { maxExplained } from '../core/problem.ts';
import { misplacedKeys } from './misplaced.ts';

/** Where kinds of other projects take annotations for the pods that are made of them. */
const podMetadata: Readonly<Record<string, string>> = {
  'Workflow.argoproj.io': 'spec.podMetadata',
  'WorkflowTemplate.argoproj.io': 'spec.podMetadata',
  'ClusterWorkflowTemplate.argoproj.io': 'spec.podMetadata',
  'CronWorkflow.argoproj.io': 'spec.workflowSpec.podMetadata',
  'Prometheus.monitoring.coreos.com': 'spec.podMetadata',
  'PrometheusAgent.monitoring.coreos.com': 'spec.podMetadata',
  'Alertmanager.monitoring.coreos.com': 'spec.podMetadata',
  'ThanosRuler.monitoring.coreos.com': 'spec.podMetadata',
};

/** Kinds that install charts. */
const charts = new Set(['HelmRelease.helm.toolkit.fluxcd.io', 'HelmChart.helm.cattle.io', 'Application.argoproj.io']);

/** Kinds whose controllers copy annotations to pods, where the injector reads them. */
const copied = new Set([
  'Revision.serving.knative.dev',
  'InferenceService.serving.kserve.io',
  'OpenTelemetryCollector.opentelemetry.io',
  'VirtualMachineInstance.kubevirt.io',
  ...['Task', 'TaskRun', 'Pipeline', 'PipelineRun'].map((kind) => `${kind}.tekton.dev`),
]);

/** True where another object has an annotation with this value, and the injector reads it there. */
export type IsReadBeside = (key: string, value: Json | undefined) => boolean;

/**
 * A message for each sidecar annotation of an object without a pod template, 20 at most: the injector reads none of its
 * annotations, so the message says where to write it. Generators put common annotations on every object; those that are
 * read beside it give none.
 */
export function unreadAnnotations(object: JsonObject, isReadBeside: IsReadBeside): string[] {
  const { apiVersion, kind, metadata } = object;
  if (typeof kind !== 'string') return [];
  const name = `${kind}.${typeof apiVersion === 'string' ? apiVersion.replace(/\/?[^/]*$/, '') : ''}`;
  if (copied.has(name)) return [];
  const path = Object.hasOwn(podMetadata, name) ? podMetadata[name] : undefined;
  if (path !== undefined)
    return misplacedKeys({ path: 'metadata', metadata }, suspectsIn(metadata, false), [
      { path, metadata: objectAt(object, path) },
    ]);
  const isChart = charts.has(name);
  const elsewhere = 'Write it on a workload, its pod template or its namespace';
  const fix = isChart
    ? 'Write it in the values of the chart, where it takes annotations of pods.'
    : `${elsewhere}${isOfKubernetes(name) ? '' : ', or where this kind takes annotations of pods'}.`;
  return Object.entries(objectAt(object, 'metadata.annotations'))
    .filter(([key, value]) => isCarried(key) && (isChart || !isReadBeside(key, value)))
    .slice(0, maxExplained)
    .map(([key]) => `metadata.annotations['${key}']: The injector reads no annotations of the kind ${kind}. ${fix}`);
}

/** True for kinds that every API server has: their groups have no domain, or one of Kubernetes. */
function isOfKubernetes(name: string): boolean {
  const group = name.slice(name.indexOf('.') + 1);
  return !group.includes('.') || group.endsWith('.k8s.io');
}
