// Pods that would cost much, and pods that only look like a collision.
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { answerReview } from '../admission/answer-review.ts';
import { apply } from '../laws/weave.ts';
import { podWith } from '../problems/problem-cases.ts';
import { builtInState, classicState, warningsOf } from './state.ts';

const topz = { 'sidecar.io/topz': 'true' };
const of = (pod: Json, state = builtInState) => inject({ pod, namespace: 'default' }, state);

function answered(object: Json): { text: string; milliseconds: number; bytes: number } {
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const request = { uid: 'u', operation: 'CREATE', namespace: 'default', resource, object };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const body = Buffer.from(JSON.stringify(review));
  const { user, system } = process.cpuUsage();
  const { text } = answerReview(body, builtInState);
  const spent = process.cpuUsage();
  return { text, milliseconds: (spent.user + spent.system - user - system) / 1000, bytes: text.length };
}

const named = (i: number) => `${String(i).padStart(4, '0')}-${'n'.repeat(58)}`;
const containers = (count: number) => Array.from({ length: count }, (_, i) => ({ name: named(i), image: 'app' }));
const repo = 'https://git.example.com/site.git';

describe('a pod that would cost much is refused early, with a message', () => {
  it.each<[string, Json, RegExp]>([
    [
      '200 unknown containers of 1,000',
      podWith(
        {
          'sidecar.io/git-repo': repo,
          'sidecar.io/git-container': Array.from({ length: 200 }, (_, i) => `x${named(i)}`).join(),
        },
        { containers: containers(1000) },
      ),
      /^20 problems[\s\S]*The pod has no container x0019/,
    ],
    [
      '6,000 unknown annotations',
      podWith(Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`sidecar.io/zonfig-memory-l${i}`, 'x']))),
      /^6000 problems[\s\S]*… and 5980 more$/,
    ],
    ['a sidecar beside 5,001 containers', podWith(topz, { containers: containers(5001) }), /must be at most 5000/],
    [
      '32 sidecars in each of 200 containers',
      podWith(
        Object.fromEntries(
          Array.from({ length: 32 }, (_, i) => [
            [`sidecar.io/git-repo.i${i}`, repo],
            [`sidecar.io/git-container.i${i}`, '*'],
          ]).flat(),
        ),
        { containers: containers(200) },
      ),
      /must be at most 5000/,
    ],
    [
      'a sidecar in all of 5,000 containers',
      podWith(
        {
          'sidecar.io/git-repo': repo,
          'sidecar.io/git-container': '*',
          'sidecar.io/git-path': `/${'www/'.repeat(40)}a`,
        },
        { containers: containers(5000).map(({ image }, i) => ({ name: `c${i}`, image })) },
      ),
      /The patch would have more than 737280 bytes/,
    ],
    [
      'a sidecar in all of 5,000 containers with long names',
      podWith({ 'sidecar.io/git-repo': repo, 'sidecar.io/git-container': '*' }, { containers: containers(5000) }),
      /status'\]: With those of the sidecars, the annotations have \d+ bytes; Kubernetes allows 262144. Name the containers/,
    ],
    [
      '9,000 instances',
      podWith(Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`sidecar.io/git-ref.${i}`, '']))),
      /name 9000 instances of sidecars; a pod can have 32/,
    ],
    [
      '33 instances',
      podWith(Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`sidecar.io/git-repo.i${i}`, repo]))),
      /asks for 33 instances of sidecars; a pod can have 32/,
    ],
  ])('%s', (_, pod, message) => {
    const { text, milliseconds, bytes } = answered(pod);
    const { response } = JSON.parse(text);
    expect(response.allowed).toBe(false);
    expect(response.status.message).toMatch(message);
    expect(bytes).toBeLessThan(1024 * 1024);
    expect(milliseconds, 'of processor time, on a busy machine').toBeLessThan(1000);
  });

  it('32 instances are not too many', () => {
    const annotations = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`sidecar.io/git-repo.i${i}`, repo]));
    expect(of(podWith(annotations))).not.toMatchObject({ problems: [{ code: 'too-many-instances' }] });
  });

  it('a pod that is just small enough stays so when it has its sidecars', () => {
    const annotations = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`sidecar.io/git-repo.i${i}`, repo]));
    const pod = podWith(annotations, { containers: containers(500) });
    const outcome = of(pod);
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    expect(of(apply(outcome.patch, pod)).kind).toBe('Unchanged');
    expect(of(podWith(annotations, { containers: containers(501) }))).toMatchObject({
      problems: [{ code: 'too-many-containers' }],
    });
  });

  it('annotations that the API server refuses are refused before anything is rendered', () => {
    expect(of(podWith({ ...topz, notes: 'x'.repeat(256 * 1024) }))).toMatchObject({
      kind: 'Refused',
      problems: [{ code: 'annotation-too-large', message: expect.stringMatching(/^The annotations have 26\d+ bytes/) }],
    });
  });

  it.each<[string, Json]>([
    ['a port', { ports: [{ containerPort: deep() }] }],
    ['a protocol', { ports: [{ containerPort: 80, protocol: deep() }] }],
    ['a port of a probe', { livenessProbe: { httpGet: { port: deep() } } }],
  ])('100,000 levels deep in %s do not matter: the API server refuses them', (_, fields) => {
    const outcome = of(podWith(topz, { containers: [{ name: 'web', image: 'nginx', ...(fields as object) }] }));
    expect(outcome.kind).toBe('Injected');
  });

  it('an annotation of others that is not a string does not matter beside many of them', () => {
    const annotations = { ...topz, notes: 'x'.repeat(100_000), number: 5 as unknown as string };
    expect(of(podWith(annotations)).kind).toBe('Injected');
  });
});

describe('what only looks like a collision', () => {
  it.each<[string, JsonObject]>([
    [
      'the port of an init container that has ended',
      { initContainers: [{ name: 'i', image: 'i', ports: [{ containerPort: 21080 }] }] },
    ],
    [
      'the port of another host in a probe',
      { containers: [{ name: 'web', image: 'nginx', readinessProbe: { httpGet: { host: '10.0.0.9', port: 21080 } } }] },
    ],
    [
      'a preferred node with Windows',
      {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 1,
                preference: { matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['windows'] }] },
              },
            ],
          },
        },
      },
    ],
  ])('%s', (_, fields) => {
    expect(of(podWith(topz, fields)).kind).toBe('Injected');
  });
});

describe('a pod that is to complete', () => {
  it.each([
    [classicState, 'Never', 1],
    [classicState, 'OnFailure', 1],
    [classicState, 'Always', 0],
    [builtInState, 'Never', 0],
  ] as const)('is warned about a sidecar that does not end', (state, restartPolicy, count) => {
    const outcome = of(podWith(topz, { restartPolicy }), state);
    expect(outcome).toMatchObject({
      kind: 'Injected',
      warnings: Array.from({ length: count }, () => ({ code: 'never-completes', sidecar: 'topz' })),
    });
    for (const text of warningsOf(outcome)) expect(text).toMatch(/^spec\.restartPolicy: .* this pod never completes/);
  });
});

function deep(): Json {
  let value: Json = 1;
  for (let i = 0; i < 100_000; i++) value = [value];
  return value;
}
