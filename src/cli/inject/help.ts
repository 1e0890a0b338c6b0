import { flagsHelp } from '../../flags/help.ts';
import { injectFlags } from './settings.ts';

/** The page that `sidecar inject --help` shows. */
export function injectHelp(): string {
  return `Puts sidecars into Kubernetes manifests, as the webhook would into their pods. What is not touched
stays as it is written, with comments, order and quotes; kinds without pods pass through.

Usage: sidecar inject -f FILE|DIR|- [flags]

${flagsHelp(injectFlags)}
Output formats:
  yaml    the same documents with the sidecars in them (a JSON file stays JSON)
  json    the objects as JSON: one as it is, several in a List
  patch   the JSON Patch that the webhook would answer for each pod
  diff    what changes, as a unified diff

Exit code: 0 fine; 1 refused, with every problem on standard error and nothing on standard output; 2 wrong use.

Examples:
  sidecar inject -f deployment.yaml | kubectl apply -f -
  kustomize build . | sidecar inject -f - -o diff
  sidecar inject -f manifests/ --namespace-file namespaces.yaml -n shop
`;
}
