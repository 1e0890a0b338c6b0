/** The text of `sidecar inject --help`. */
export function injectHelp(flags: string): string {
  return `Adds sidecars to Kubernetes manifests, as the webhook adds them to pods. Everything else keeps its comments,
order and formatting, and objects without pods are printed unchanged. Templates, policies and namespaces among the files
count for the pods among them.

Usage: sidecar inject -f FILE|DIR|URL|- [flags]

Flags:
${flags}
Output formats:
  yaml    the same documents with their sidecars (a JSON file stays JSON)
  json    the objects as JSON: a single one as it is, several as a List
  patch   the JSON Patch of each pod, as the webhook answers it
  diff    the changes, as a unified diff

A manifest that was injected before is injected anew: the sidecars that its annotation sidecar.io/status names are taken
out first. It can come from a cluster, with the defaults of the API server: where nothing else differs, it stays. When a file has a problem, nothing is printed, and no file is written.

Exit codes:
  0  success
  1  refused, with every problem on standard error and nothing on standard output
  2  wrong usage, or a file or a cluster that cannot be read

With --exit-code, as of diff and kubectl diff:
  0  no differences
  1  differences
  2  refused, wrong usage, or something that cannot be read

Examples:
  sidecar inject -f deployment.yaml | kubectl apply -f -
  kustomize build . | sidecar inject -f - -o diff
  sidecar inject -f manifests/ --namespace-file namespaces.yaml -n shop
  sidecar inject -f manifests/ -i
  kubectl get deployment web -o yaml | sidecar inject -f - | kubectl apply -f -
  sidecar inject -f manifests/ --cluster -o diff --exit-code
`;
}
