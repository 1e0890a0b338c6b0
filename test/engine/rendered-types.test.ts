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
    { containers: [{ name: id, volumeMounts: '${ params.on ? dyn("none") : dyn([]) }' }] },
    'spec.containers[0].volumeMounts: must be a list with each item after a hyphen, not "none"',
  ],
  [
    { volumes: [{ name: id, emptyDir: { medium: '${ params.on ? dyn(1) : dyn("Memory") }' } }] },
    'spec.volumes[0].emptyDir.medium: must be a string in quotes, not 1',
  ],
  [
    { env: [{ name: 'A', value: 'x', valueFrom: '${ params.on ? dyn("x") : dyn(null) }' }] },
    'spec.env[0].valueFrom: must be a valueFrom (a map), not "x"',
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
