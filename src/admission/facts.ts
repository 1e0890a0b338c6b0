import { statusKey } from '../core/annotations.ts';
import type { ObjectReference } from '../core/event.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import { controllerOf } from '../core/owner.ts';
import { isNotable } from './report.ts';
import type { ReviewRequest } from './review.ts';

/** What was reviewed, for the log, the metrics and Events. */
export interface ReviewFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly outcome: Outcome;
  /** Injected before: by an earlier call for the same pod, or by the command line. */
  readonly again: boolean;
  /** The controller of the pod. Looked for only where the outcome is notable. */
  readonly owner: ObjectReference | undefined;
}

const none: JsonObject = {};

export function factsOf({ uid, namespace, name, dryRun, object }: ReviewRequest, outcome: Outcome): ReviewFacts {
  const metadata = metadataOf(object);
  const again = isObject(metadata.annotations) && metadata.annotations[statusKey] !== undefined;
  const owner = isNotable(outcome) ? controllerOf(object) : undefined;
  return { uid, namespace, name: name === '' ? beginningOfName(metadata) : name, dryRun, outcome, again, owner };
}

function metadataOf(object: Json | undefined): JsonObject {
  return isObject(object) && isObject(object.metadata) ? object.metadata : none;
}

/** The pods of a controller have no name yet, only the beginning of one. */
function beginningOfName({ generateName }: JsonObject): string {
  return typeof generateName === 'string' ? generateName : '';
}
