// An expression can give a wrong type for the parameters of one pod only. The problem names the path in the template.
import { expect, it } from 'vitest';
import { messagesOf, outcomeFor, problemsOf, stateWith } from '../merge/sidecars.ts';

const id = '${ instance.id }';
const parameters = [
  { name: 'on', type: 'boolean', default: false, description: 'x' },
  { name: 'port', type: 'integer', default: 8080, min: 1, max: 100000, description: 'x' },
];
const wrong = '${ params.on ? dyn("true") : dyn(true) }';
const on = { annotations: { 'sidecar.io/demo-on': 'true' } };

it.each<[object, string]>([
  [
    { containers: [{ name: id, securityContext: { readOnlyRootFilesystem: wrong } }] },
    'spec.containers[0].securityContext.readOnlyRootFilesystem: must be true or false without quotes, not "true"',
  ],
  [
    { initContainers: [{ name: `${id}-a` }, { name: `${id}-b`, stdin: wrong }], containers: [] },
    'spec.initContainers[1].stdin: must be true or false without quotes, not "true"',
  ],
  [
    { containers: [{ name: id, startupProbe: { tcpSocket: { port: '${ params.on ? dyn([]) : dyn(80) }' } } }] },
    'spec.containers[0].startupProbe.tcpSocket.port: must be a port number without quotes, or the name of a port, not a list',
  ],
  [
    { containers: [{ name: id, ports: '${ params.on ? dyn("none") : dyn([]) }' }] },
    'spec.containers[0].ports: must be a list with each item after a hyphen, not "none"',
  ],
  [
    { volumes: [{ name: id, emptyDir: { medium: '${ params.on ? dyn(1) : dyn("Memory") }' } }] },
    'spec.volumes[0].emptyDir.medium: must be a string in quotes, not 1',
  ],
  [
    { env: [{ name: 'A', value: 'x', valueFrom: '${ params.on ? dyn("x") : dyn(null) }' }] },
    'spec.env[0].valueFrom: must be a valueFrom (a map), not "x"',
  ],
  [
    { volumes: [{ name: id, secret: '${ params.on ? {"secretname": dyn("x")} : {"secretName": dyn("x")} }' }] },
    'spec.volumes[0].secret.secretname: unknown field of a secret: did you mean secretName?',
  ],
  [
    {
      containers: [
        {
          name: id,
          startupProbe:
            '${ params.on ? {"exec": {"command": ["a"]}, "grpc": {"port": 1024}} : {"exec": {"command": ["a"]}} }',
        },
      ],
    },
    'spec.containers[0].startupProbe: cannot have both exec and grpc',
  ],
  [
    { containers: [{ name: id, livenessProbe: '${ params.on ? {} : {"grpc": {"port": 1024}} }' }] },
    'spec.containers[0].livenessProbe: must have one of exec, httpGet, tcpSocket, grpc',
  ],
  [
    { containers: [{ name: id, imagePullPolicy: '${ params.on ? "Sometimes" : "Always" }' }] },
    'spec.containers[0].imagePullPolicy: must be one of Always, IfNotPresent, Never, not "Sometimes"',
  ],
  [
    { containers: [{ name: id, args: '${ params.on ? [dyn(null)] : [dyn("a")] }' }] },
    'spec.containers[0].args[0]: must be a string in quotes, not null',
  ],
  [
    { containers: [{ name: id, resources: { limits: '${ params.on ? {"cpu": "much"} : {"cpu": "1"} }' } }] },
    'spec.containers[0].resources.limits.cpu: must be a quantity such as 250m or 64Mi, not "much"',
  ],
])('%j', (spec, message) => {
  const state = stateWith({ demo: { parameters, ...spec } });
  expect(problemsOf(outcomeFor(state))).toEqual(['Injected']);
  const refused = outcomeFor(state, {}, on);
  expect(problemsOf(refused)).toEqual(["template-failed metadata.annotations['sidecar.io/demo']"]);
  expect(messagesOf(refused)[0]).toContain(message);
});

it('a port is in the range of ports, whatever the parameter allows', () => {
  const ports = [{ containerPort: '${ params.port }' }];
  const state = stateWith({ demo: { parameters, containers: [{ name: id, ports }] } });
  expect(problemsOf(outcomeFor(state))).toEqual(['Injected']);
  const refused = outcomeFor(state, {}, { annotations: { 'sidecar.io/demo-port': '70000' } });
  expect(messagesOf(refused)[0]).toContain(
    'spec.containers[0].ports[0].containerPort: must be a port number from 1 to 65535 without quotes, not 70000',
  );
});
