import { statusKey } from '../core/annotations.ts';
import { fieldAt, objectAt, textAt } from '../core/fields.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import type { PodFailure } from '../core/pod-failure.ts';
import { readStatus } from '../core/status.ts';
import { conditionOf, itemsAt, numberAt } from './fields.ts';

/**
 * Reasons of a waiting container that do not go away by waiting. Source: pkg/kubelet/images and pkg/kubelet/container.
 */
const lasting = new Set([
  ...['CrashLoopBackOff', 'RunContainerError', 'CreateContainerError', 'CreateContainerConfigError'],
  ...['ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError', 'SignatureValidationFailed'],
]);

/** The failures of a pod that waiting does not end, those of init containers first. */
export function failuresOf(pod: JsonObject): PodFailure[] {
  return waitingIn(pod).filter(({ reason }) => lasting.has(reason));
}

/** The first of them; undefined where there is none. */
export function failureOf(pod: JsonObject): PodFailure | undefined {
  return failuresOf(pod)[0];
}

/** Milliseconds that a container of a sidecar may take until it is up. Most take one or two seconds. */
const patience = 20_000;

/** The containers of sidecars that have run for some time, and that those after them still wait for. */
export function awaitedIn(pod: JsonObject, now: number): PodFailure[] {
  const initialized = conditionOf(pod, 'Initialized') !== undefined;
  const declared = [...itemsAt(pod, 'spec.initContainers'), ...itemsAt(pod, 'spec.containers')];
  return statusesOf(pod).flatMap((status) => {
    const container = String(status.name);
    const since = textAt(status, 'state.running.startedAt');
    const sidecar = sidecarOf(pod, container);
    if (sidecar === '' || since === '' || status.started === true) return [];
    const failedBefore = !initialized && numberAt(status, 'restartCount') > 0;
    if (!failedBefore && now - Date.parse(since) < patience) return [];
    const isProbed = declared.some(({ name, startupProbe }) => name === container && startupProbe !== undefined);
    return [
      {
        ...{ pod: textAt(pod, 'metadata.name'), container, sidecar },
        ...(isProbed
          ? { reason: 'Unhealthy', message: `It has run since ${since}, and its startup probe has not succeeded yet.` }
          : { reason: 'ContainersNotInitialized', message: `It has run since ${since}, and has not ended yet.` }),
      },
    ];
  });
}

/** Why a pod is not ready yet, as far as its status says. */
export function delayOf(pod: JsonObject): PodFailure {
  const unscheduled = conditionOf(pod, 'PodScheduled', 'False');
  const [waiting] = waitingIn(pod).filter(({ reason }) => reason !== 'PodInitializing');
  const unready = conditionOf(pod, 'ContainersReady', 'False') ?? conditionOf(pod, 'Ready', 'False');
  const about = unscheduled ?? (waiting ? undefined : unready);
  const whole = { pod: textAt(pod, 'metadata.name'), container: '', sidecar: '' };
  if (about) return { ...whole, reason: String(about.reason), message: String(about.message ?? '') };
  return waiting ?? { ...whole, reason: 'NotReady', message: '' };
}

/** Whether a pod is ready, and stays. */
export function isReady(pod: JsonObject): boolean {
  return conditionOf(pod, 'Ready') !== undefined && textAt(pod, 'metadata.deletionTimestamp') === '';
}

/** Whether a container of a pod has ended and was started again. */
export function hasRestarted(pod: JsonObject): boolean {
  return statusesOf(pod).some((status) => numberAt(status, 'restartCount') > 0);
}

function statusesOf(pod: JsonObject): readonly JsonObject[] {
  return [...itemsAt(pod, 'status.initContainerStatuses'), ...itemsAt(pod, 'status.containerStatuses')];
}

function waitingIn(pod: JsonObject): PodFailure[] {
  return statusesOf(pod).flatMap((status) => {
    const waiting = fieldAt(status, 'state.waiting');
    if (!isObject(waiting)) return [];
    const container = String(status.name);
    const { reason, message } = waiting;
    const last = fieldAt(status, 'lastState.terminated');
    const ended = isObject(last) ? `It ended with exit code ${String(last.exitCode)}.` : '';
    const said = reason === 'CrashLoopBackOff' && ended !== '' ? ended : String(message ?? '');
    return [
      {
        ...{ pod: textAt(pod, 'metadata.name'), container, sidecar: sidecarOf(pod, container) },
        ...{ reason: String(reason), message: said },
      },
    ];
  });
}

function sidecarOf(pod: JsonObject, container: string): string {
  const text = objectAt(pod, 'metadata.annotations')[statusKey];
  const sidecars = readStatus(typeof text === 'string' ? text : undefined)?.sidecars ?? [];
  return sidecars.find(({ containers }) => containers.includes(container))?.name ?? '';
}
