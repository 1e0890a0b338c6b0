import { isObject } from '../core/json.ts';
import type { Container, Pod } from '../core/objects.ts';
import { exceeds, quantityText } from '../core/units.ts';
import { amountOf, type Quantities, quantitiesIn, resourcesOf } from './quantities.ts';

/**
 * When an injected container runs: `once` before the app, `beside` it, as a `native` sidecar, or as one that is
 * `early`, before the init containers of the app.
 */
export type Span = 'once' | 'beside' | 'native' | 'early';

/** How much of one resource the containers of a pod request together. */
interface Usage {
  /** While the app runs. */
  app: number;
  /** Of that, native sidecars. */
  native: number;
  /** While an init container runs that ends, with the native sidecars before it. */
  init: number;
}

/** What a pod reserves of one resource for all of its containers, and how much of that they use. */
interface Reservation {
  readonly text: string;
  /** Where it is from: where only limits are set, the API server fills in requests. */
  readonly from: 'requests' | 'limits' | 'containers';
  readonly most: number;
  readonly usage: Usage;
}

/** The resources of the pod itself (`spec.resources`, Kubernetes 1.34), which its containers share. */
export interface Budget {
  readonly requests: ReadonlyMap<string, Reservation>;
  readonly limits: Quantities;
}

/** Undefined for a pod whose `spec.resources` sets nothing, as for most pods. */
export function budgetOf({ spec }: Pod): Budget | undefined {
  if (!isObject(spec.resources)) return undefined;
  const [own, limits] = [quantitiesIn(spec.resources.requests), quantitiesIn(spec.resources.limits)];
  if (own.size === 0 && limits.size === 0) return undefined;
  const usages = usagesOf(spec);
  // Where only limits are set, the API server fills in requests: those of the containers together, else the limit.
  const names = new Set([...own.keys(), ...(limits.size > 0 ? [...usages.keys(), ...limits.keys()] : [])]);
  const requests = new Map<string, Reservation>();
  for (const name of names) {
    const usage = usages.get(name) ?? { app: 0, native: 0, init: 0 };
    const from = own.has(name) ? 'requests' : usages.has(name) ? 'containers' : 'limits';
    const text = { requests: own.get(name), limits: limits.get(name), containers: undefined }[from];
    const most = text === undefined ? Math.max(usage.app, usage.init) : amountOf(text);
    requests.set(name, { text: text ?? quantityText(most), from, most, usage });
  }
  return { requests, limits };
}

/** By resource. Source: component-helpers, resource.AggregateContainerRequests. */
function usagesOf({ containers, initContainers }: Pod['spec']): Map<string, Usage> {
  const usages = new Map<string, Usage>();
  const add = (container: Container, kind: 'app' | 'native' | 'init') => {
    for (const [name, text] of resourcesOf(container).requests) {
      const usage = usages.get(name) ?? { app: 0, native: 0, init: 0 };
      if (kind === 'init') usage.init = Math.max(usage.init, usage.native + amountOf(text));
      else usage.app += amountOf(text);
      if (kind === 'native') usage.native += amountOf(text);
      usages.set(name, usage);
    }
  };
  for (const container of initContainers ?? [])
    add(container, container.restartPolicy === 'Always' ? 'native' : 'init');
  for (const container of containers) add(container, 'app');
  return usages;
}

/** True when a request fits beside all others. It is then counted. */
export function takes({ most, usage }: Reservation, request: number, span: Span): boolean {
  if (span === 'once') return !exceeds(usage.native + request, most);
  if (exceeds(usage.app + request, most) || (span === 'early' && exceeds(usage.init + request, most))) return false;
  usage.app += request;
  if (span !== 'beside') usage.native += request;
  if (span === 'early') usage.init += request;
  return true;
}
