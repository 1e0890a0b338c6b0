// What is the same once it is stored: test/api-server/live-objects.test.ts has it from a real API server.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { isSameStored } from '../../src/core/stored.ts';

const same = (a: Json | undefined, b: Json | undefined) => [isSameStored(a, b), isSameStored(b, a)];

describe('the same for the API server, both ways round', () => {
  it.each<[written: Json, stored: Json]>([
    [{ ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 80, protocol: 'TCP' }] }],
    [
      { livenessProbe: { httpGet: {} } },
      { livenessProbe: { timeoutSeconds: 1, httpGet: { scheme: 'HTTP', path: '/' } } },
    ],
    [{ image: 'a:1' }, { image: 'a:1', imagePullPolicy: 'IfNotPresent', resources: {} }],
    [{ image: 'a:80/b' }, { image: 'a:80/b', imagePullPolicy: 'Always' }],
    [{ image: 'a/b:latest' }, { image: 'a/b:latest', imagePullPolicy: 'Always' }],
    [{ image: 'b@sha256:1' }, { image: 'b@sha256:1', imagePullPolicy: 'IfNotPresent' }],
    [{ image: { reference: 'b' } }, { image: { reference: 'b', pullPolicy: 'Always' } }],
    [{ env: [], args: null, workingDir: '', tty: false }, {}],
    [{ limits: { memory: '1024Mi', cpu: 1 } }, { limits: { memory: '1Gi', cpu: '1' } }],
    [
      { volumes: [{ name: 'b', emptyDir: { sizeLimit: '0.5Gi' } }, { name: 'a' }] },
      {
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', emptyDir: { sizeLimit: '512Mi' } },
        ],
      },
    ],
    [
      { volumeMounts: [{ mountPath: '/b' }, { mountPath: '/a' }] },
      { volumeMounts: [{ mountPath: '/a' }, { mountPath: '/b' }] },
    ],
  ])('%j and %j', (written, stored) => expect(same(written, stored)).toEqual([true, true]));
});

describe('changed by hand', () => {
  it.each<[written: Json, stored: Json]>([
    [{ periodSeconds: 5 }, { periodSeconds: 10 }],
    [{ image: 'a:1' }, { image: 'a:1', imagePullPolicy: 'Always' }],
    [{ securityContext: {} }, { securityContext: { privileged: true } }],
    [{ allowPrivilegeEscalation: false }, {}],
    [{ runAsUser: 0 }, {}],
    [{ emptyDir: {} }, { hostPath: { path: '/' } }],
    [{ name: 'a' }, { name: 'a', livenessProbe: { timeoutSeconds: 1 } }],
    [{ readOnly: true }, {}],
    [{ env: [{ name: 'A', value: '1024Mi' }] }, { env: [{ name: 'A', value: '1Gi' }] }],
    [{ env: [{ name: 'A' }] }, { env: [{ name: 'A' }, { name: 'B' }] }],
    [{ args: ['a', 'b'] }, { args: ['b', 'a'] }],
    [{ limits: { memory: '64Mi' } }, { limits: { memory: '65Mi' } }],
    [{ limits: { memory: '64Mi' } }, { limits: {} }],
    [{ args: ['a'] }, { args: { 0: 'a' } }],
    [{ volumes: [{ name: 'a' }] }, { volumes: [{ name: 'b' }] }],
  ])('%j and %j', (written, stored) => expect(same(written, stored)).toEqual([false, false]));
});
