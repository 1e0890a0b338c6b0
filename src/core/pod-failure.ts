/** Why a pod does not become ready. */
export interface PodFailure {
  readonly pod: string;
  /** Empty where it is the whole pod. */
  readonly container: string;
  /** The sidecar that the container belongs to; empty for the app's own. */
  readonly sidecar: string;
  /** As Kubernetes names it: `CrashLoopBackOff`. */
  readonly reason: string;
  readonly message: string;
}
