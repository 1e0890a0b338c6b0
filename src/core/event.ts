/** An object as Events and owner references name it. The uid is empty where the object does not exist yet. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What a Kubernetes Event says about the pods of an object. The words are those of `events.k8s.io/v1`. */
export interface EventNote {
  readonly namespace: string;
  readonly regarding: ObjectReference;
  /** In CamelCase, as people filter by it. */
  readonly reason: string;
  readonly note: string;
}
