/** The kinds of templates. */
export type TemplateKind = 'ClusterSidecarTemplate' | 'SidecarTemplate';

/**
 * A small template that works, with comments for who changes it. The name has only lower case letters, digits and
 * hyphens.
 */
export function firstTemplate(name: string, kind: TemplateKind): string {
  const whose = kind === 'SidecarTemplate' ? 'pods of its own namespace' : 'pods of every namespace';
  return `# A sidecar for ${whose}. A pod gets it with the annotation
#   sidecar.io/${name}: "true"
# docs/templates.md describes every field.
apiVersion: sidecar.io/v1alpha1
kind: ${kind}
metadata:
  name: ${name}
spec:
  summary: Answers every request with a text.
  # While no injector is available, Ignore creates pods without the sidecar, and Fail refuses them.
  failurePolicy: Ignore
  # A pod can set another one: sidecar.io/${name}-image.
  image: docker.io/library/busybox:1.37
  resources:
    cpu: 10m
    memory: 32Mi
    memoryLimit: 64Mi
  parameters:
    # Each is an annotation: sidecar.io/${name}-text.
    - name: text
      type: string
      default: hello
      description: What it answers.
    - name: port
      type: port
      default: 21090
      description: The port that it listens on.
  containers:
    # Names of containers and volumes are, or begin with, \${ instance.id }.
    - name: \${ instance.id }
      # Expressions within [ ] and { } need quotes.
      command: [httpd, -f, -p, "\${ params.port }", -h, /www]
      ports:
        - containerPort: \${ params.port }
      securityContext:
        runAsUser: 65534
        runAsGroup: 65534
      volumeMounts:
        - name: \${ instance.id }-files
          mountPath: /www
  # Files are in the volume \${ instance.id }-files.
  files:
    - name: index.html
      content: \${ params.text }
`;
}
