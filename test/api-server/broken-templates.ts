// Mistakes in templates, and what `kubectl apply` must say: the place first of all.
import { template } from './cluster-templates.ts';

interface Broken {
  readonly what: string;
  readonly broken: object;
  readonly says: readonly string[];
}

const parameter = (fields: object) => ({
  parameters: [{ name: 'greeting', type: 'string', description: 'Said.', ...fields }],
});
const container = (fields: object) => ({ containers: [{ name: '${ instance.id }', ...fields }] });
const b = (what: string, spec: object, ...says: string[]): Broken => ({ what, broken: template('broken', spec), says });
const tenant = (what: string, spec: object, ...says: string[]): Broken => ({
  what,
  broken: template('broken', spec, 'default'),
  says,
});
const volume = (fields: object) => ({
  volumes: [{ name: '${ instance.id }', ...fields }],
  parameters: [],
  ...container({ securityContext: { runAsUser: 1000 } }),
});
const secured = (securityContext: object) => ({
  parameters: [],
  ...container({ securityContext: { runAsUser: 1000, ...securityContext } }),
});

export const brokenTemplates: readonly Broken[] = [
  b('it has no containers', { containers: [] }, 'spec.containers'),
  b('it has no summary', { summary: undefined }, 'spec.summary'),
  b('its failure policy is unknown', { failurePolicy: 'Maybe' }, 'spec.failurePolicy', 'Fail', 'Ignore'),
  b('a field is misspelt', { paramters: [] }, 'paramters'),
  b('a parameter has an unknown type', parameter({ type: 'text' }), 'spec.parameters[0].type'),
  b(
    'a parameter has no description',
    { parameters: [{ name: 'greeting', type: 'string' }] },
    'spec.parameters[0].description',
  ),
  b('a parameter is named with capitals', parameter({ name: 'Greeting' }), 'spec.parameters[0].name'),
  b(
    'a parameter is there twice',
    { parameters: [1, 2].map(() => ({ name: 'greeting', type: 'string', description: 'x' })) },
    'spec.parameters[1].name',
    'duplicates another parameter',
  ),
  b(
    'a parameter takes the name of a common one',
    parameter({ name: 'image' }),
    'image',
    'every sidecar has the parameter image',
  ),
  b('an enum has no values', parameter({ type: 'enum' }), 'spec.parameters[0]', 'an enum needs values'),
  b('a default does not fit its type', parameter({ type: 'port', default: 'http' }), 'spec.parameters[0].default'),
  b(
    'a required parameter has a default',
    parameter({ required: true, default: 'x' }),
    'spec.parameters[0]',
    'required',
  ),
  b('a pattern is no regular expression', parameter({ pattern: '(' }), 'spec.parameters[0].pattern'),
  b('an expression is not CEL', container({ args: ['${ params. }'] }), 'spec.containers[0].args[0]'),
  b(
    'an expression is not closed',
    container({ args: ['${ params.greeting'] }),
    'spec.containers[0].args[0]',
    'closing brace',
  ),
  b(
    'an expression names an unknown parameter',
    container({ args: ['${ params.greting }'] }),
    'spec.containers[0].args[0]',
    'greting',
    'greeting',
  ),
  b('an expression names an unknown variable', container({ args: ['${ node.name }'] }), 'spec.containers[0].args[0]'),
  b(
    'an expression uses matches()',
    container({ args: ['${ string(params.greeting.matches("(a+)+$")) }'] }),
    'spec.containers[0].args[0]',
    'matches()',
  ),
  b('$if is a constant', container({ args: [{ $if: true, $value: 'x' }] }), 'spec.containers[0].args[0].$if'),
  b('$value has company', container({ args: [{ $value: 'x', name: 'y' }] }), 'spec.containers[0].args[0]', '$value'),
  b('it sets restartPolicy itself', container({ restartPolicy: 'Always' }), 'spec.containers[0].restartPolicy'),
  b('a container has a name of its own', { containers: [{ name: 'hello' }] }, 'containers', 'hello'),
  b(
    'a mounted volume is not declared',
    container({ volumeMounts: [{ name: '${ instance.id }-x', mountPath: '/x' }] }),
    'volume',
    'not declared',
  ),
  b('a file has neither text nor content', { files: [{ name: 'a.conf' }] }, 'spec.files[0]', 'either text or content'),
  b(
    'a validation names an unknown parameter',
    { validations: [{ rule: '${ true == true }', parameter: 'nobody', message: 'x', fix: 'y' }] },
    'spec.validations[0].parameter',
  ),
  b(
    'a validation is no expression',
    { validations: [{ rule: 'true', parameter: 'greeting', message: 'x', fix: 'y' }] },
    'spec.validations[0].rule',
  ),
  b('it is far too long', { files: [{ name: 'a', text: 'x'.repeat(300_000) }] }, '262144'),
  { what: 'its name is taken by an annotation of the injector', broken: template('status'), says: ['metadata.name'] },
  {
    what: 'its words belong to another sidecar',
    broken: template('git-repo'),
    says: ['metadata.name', 'sidecar.io/git-repo'],
  },
  tenant(
    'a namespace shadows a sidecar of the catalog',
    {
      ...container({ securityContext: { runAsUser: 1000 } }),
      parameters: [{ name: 'a', type: 'string', description: 'x' }],
      summary: 'x',
      pod: { shareProcessNamespace: true },
    },
    'shareProcessNamespace',
  ),
  {
    what: 'a namespace takes the name of a built-in',
    broken: template('topz', {}, 'default'),
    says: ['metadata.name', 'topz'],
  },
  tenant('a namespace wants a hostPath', volume({ hostPath: { path: '/' } }), 'hostPath'),
  tenant(
    'a namespace wants a service account token',
    volume({ projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }),
    'token',
  ),
  tenant('a namespace wants nfs', volume({ nfs: { server: 'a', path: '/' } }), 'nfs'),
  tenant(
    'a namespace mounts a volume of the app',
    { mounts: [{ name: 'kube-api-access', mountPath: '/x' }] },
    'kube-api-access',
  ),
  tenant('a namespace wants to be privileged', secured({ privileged: true }), 'privileged'),
  tenant(
    'a namespace wants privilege escalation',
    secured({ allowPrivilegeEscalation: true }),
    'allowPrivilegeEscalation',
  ),
  tenant('a namespace wants to be root', secured({ runAsUser: 0 }), 'root'),
  tenant('a namespace may be root', secured({ runAsNonRoot: false }), 'root'),
  tenant(
    'a namespace wants capabilities',
    secured({ capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] } }),
    'capabilities',
  ),
  tenant('a namespace keeps capabilities', secured({ capabilities: { drop: [] } }), 'capabilities'),
  tenant('a namespace wants no seccomp', secured({ seccompProfile: { type: 'Unconfined' } }), 'seccomp'),
  tenant('a namespace wants procMount', secured({ procMount: 'Unmasked' }), 'procMount'),
  tenant(
    'a namespace wants a hostPort',
    { parameters: [], ...container({ securityContext: { runAsUser: 1 }, ports: [{ containerPort: 1, hostPort: 1 }] }) },
    'hostPort',
  ),
  tenant(
    'a namespace probes another host',
    {
      parameters: [],
      ...container({
        securityContext: { runAsUser: 1 },
        livenessProbe: { httpGet: { host: '169.254.169.254', port: 80 } },
      }),
    },
    'a probe or hook with a host',
  ),
  tenant(
    'a namespace nests loops',
    {
      ...container({ args: ['${ params.greeting.map(a, params.greeting.map(b, b)).size() }'] }),
      parameters: [{ name: 'greeting', type: 'list', description: 'x' }],
    },
    'spec.containers[0].args[0]',
    'cannot contain another loop',
  ),
  tenant(
    'a namespace writes an endless expression',
    container({
      args: [`\${ ${Array.from({ length: 300 }, () => 'params.greeting').join(' + ')} }`],
      securityContext: { runAsUser: 1 },
    }),
    'spec.containers[0].args[0]',
  ),
  tenant(
    'a namespace wants very long values',
    { ...parameter({ maxLength: 60_000 }), ...container({ securityContext: { runAsUser: 1 } }) },
    'spec.parameters[0].maxLength',
  ),
  tenant('a namespace writes a template of 1 MiB', { files: [{ name: 'a', text: 'x'.repeat(1_048_576) }] }, '262144'),
  b(
    'its order is circular',
    { order: { before: ['topz'], after: ['topz'] } },
    'spec.order',
    'broken after topz after broken',
  ),
  b(
    'its places contradict',
    { order: { initContainers: 'before', after: ['topz'] } },
    'spec.order',
    'topz must come before broken',
  ),
  b('its place is unknown', { order: { initContainers: 'first' } }, 'spec.order.initContainers', 'before'),
  b('a variable of the app is a number', { env: [{ name: 'A', value: 1 }] }, 'spec.env', 'in quotes'),
  b('a variable of the app has no name', { env: [{ value: 'x' }] }, 'spec.env[0].name', 'is required'),
  b(
    'an expression reads of the pod what it cannot',
    container({ args: ['${ pod.spec.nodeName }'] }),
    'spec.containers[0].args[0]',
    'metadata, containers',
  ),
  b('an expression says namespace', container({ args: ['${ namespace.name }'] }), 'namespaceObject.metadata'),
];
