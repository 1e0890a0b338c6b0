// Annotations at the edges of what is allowed, and what is said of those beyond.
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import type { State } from '../../src/state/state.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { template } from '../api-server/cluster-templates.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState, classicState, warningsOf } from '../engine/state.ts';

type Texts = Readonly<Record<string, string>>;

function stateOf(...templates: readonly [name: string, spec: object][]): State {
  const compiled = templates.map(([name, spec]) => {
    const result = compileTemplate(template(name, { containers: [{ name: '${ instance.id }' }], ...spec }));
    if ('problems' in result) throw new Error(JSON.stringify(result.problems));
    return result;
  });
  return { ...builtInState, catalog: buildCatalog(compiled).catalog };
}

function outcomeOf(annotations: Texts, state: State = builtInState, namespace?: Texts): Outcome {
  const namespaces = namespace ? new Map([['shop', { annotations: namespace }]]) : state.namespaces;
  const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web' }] } };
  return inject({ pod, namespace: 'shop' }, { ...state, namespaces });
}

const problemsOf = (outcome: Outcome) =>
  outcome.kind === 'Refused' ? outcome.problems.map(({ path, message, fix }) => `${path}: ${message} ${fix}`) : [];
const codesOf = (outcome: Outcome) =>
  outcome.kind === 'Refused' ? outcome.problems.map(({ code }) => code) : [outcome.kind];
const namesOf = (outcome: Outcome) => (outcome.kind === 'Injected' ? outcome.sidecars.map(({ name }) => name) : []);
const at = (key: string) => `metadata.annotations['sidecar.io/${key}']`;
const repo = { 'sidecar.io/git-repo': 'https://h/r' };

describe('the name of an instance', () => {
  it.each(['a', '0', 'a-b', '0-9', 'a--b', 'a'.repeat(19), 'a'.repeat(20), `a${'-'.repeat(18)}b`])(
    'can be %s',
    (name) => {
      expect(namesOf(outcomeOf({ [`sidecar.io/topz.${name}`]: 'true' }))).toEqual([`topz.${name}`]);
    },
  );

  it.each(['', '-', '-a', 'a-', 'A', 'a_b', 'a.b', 'ä', 'a'.repeat(21), 'a'.repeat(40), ' a', 'a\n'])(
    'cannot be "%s"',
    (name) => {
      const outcome = outcomeOf({ [`sidecar.io/topz.${name}`]: 'true' });
      expect(outcome).toMatchObject({ problems: [{ code: 'bad-instance', path: at(`topz.${name}`) }] });
      expect(problemsOf(outcome)[0]).toContain(
        'is not a valid name for an instance. After the dot, write 1 to 20 lowercase letters, digits or hyphens',
      );
    },
  );
});

describe('instances', () => {
  it('are ordered by the catalog, then by name, wherever they are written', () => {
    const annotations = {
      ...{ 'sidecar.io/topz.b': 'true', 'sidecar.io/git-repo.z': 'https://h/z', 'sidecar.io/topz': 'true' },
      ...{ 'sidecar.io/git-repo': 'https://h/r', 'sidecar.io/topz.a': 'true', 'sidecar.io/git-repo.c': 'https://h/c' },
      ...{ 'sidecar.io/topz-port.a': '21001', 'sidecar.io/topz-port.b': '21002' },
      ...{ 'sidecar.io/git-path.z': '/z', 'sidecar.io/git-path.c': '/c' },
    };
    const names = ['git', 'git.c', 'git.z', 'topz', 'topz.a', 'topz.b'];
    expect(namesOf(outcomeOf(annotations))).toEqual(names);
    expect(namesOf(outcomeOf(Object.fromEntries(Object.entries(annotations).reverse())))).toEqual(names);
  });

  it('do not share settings', () => {
    const outcome = outcomeOf({
      ...repo,
      'sidecar.io/git-period': '7s',
      'sidecar.io/git-repo.b': 'https://h/b',
      'sidecar.io/git-path.b': '/b',
    });
    expect(JSON.stringify(outcome).match(/--period=\w+/g)).toEqual(
      expect.arrayContaining(['--period=7s', '--period=60s']),
    );
  });
});

describe('a switch', () => {
  it.each(['True', 'yes', '', ' true', '1'])('is true or false, not "%s"', (text) => {
    for (const key of ['topz', 'inject'])
      expect(problemsOf(outcomeOf({ [`sidecar.io/${key}`]: text }))).toEqual([
        `${at(key)}: "${text}" is neither true nor false. Write "true" or "false".`,
      ]);
  });

  it.each(['topz', 'topz,git', 'topz git'])('for all takes no names of sidecars, such as "%s"', (text) => {
    expect(problemsOf(outcomeOf({ 'sidecar.io/inject': text }))).toEqual([
      `${at('inject')}: "${text}" is neither true nor false. Write "true" or "false". For a sidecar, write sidecar.io/topz: "true".`,
    ]);
  });

  it('that is off beside settings of the same object makes them a warning', () => {
    const outcome = outcomeOf({ ...repo, 'sidecar.io/git': 'false' });
    expect(outcome).toMatchObject({ kind: 'Unchanged', reasons: [{ code: 'turned-off' }] });
    expect(warningsOf(outcome)).toEqual([`${at('git-repo')} has no effect: sidecar.io/git is "false"`]);
  });

  it('that is off on the pod says nothing of settings of the namespace', () => {
    expect(
      warningsOf(outcomeOf({ 'sidecar.io/topz': 'false' }, builtInState, { 'sidecar.io/topz-port': '21000' })),
    ).toEqual([]);
  });

  it('for all, when it is off, leaves every annotation without effect and without a problem', () => {
    const outcome = outcomeOf({ ...repo, 'sidecar.io/inject': 'false', 'sidecar.io/git-period': 'soon' });
    expect(outcome).toMatchObject({
      reasons: [{ code: 'opted-out', path: at('inject'), message: 'sidecar.io/inject is "false".' }],
    });
  });
});

describe('a setting alone', () => {
  it('on the pod is a problem, with the switch that is missing', () => {
    expect(outcomeOf({ 'sidecar.io/topz-port': '21000' })).toMatchObject({
      problems: [
        {
          code: 'not-turned-on',
          path: at('topz-port'),
          message: 'The sidecar topz is not turned on, so this has no effect.',
          fix: 'Add sidecar.io/topz: "true", or remove this annotation.',
        },
      ],
    });
    expect(problemsOf(outcomeOf({ 'sidecar.io/git-period.docs': '1s' }))).toEqual([
      `${at('git-period.docs')}: The sidecar git.docs is not turned on, so this has no effect. Add sidecar.io/git-repo.docs, or remove this annotation.`,
    ]);
  });

  it('on the namespace is a default, and turns nothing on', () => {
    const port = { 'sidecar.io/topz-port': '21000' };
    expect(outcomeOf({}, builtInState, port)).toMatchObject({ reasons: [{ code: 'nothing-asked' }], warnings: [] });
    expect(JSON.stringify(outcomeOf({ 'sidecar.io/topz': 'true' }, builtInState, port))).toContain('21000');
  });

  it('on the pod beside a setting of the namespace that turns the sidecar on counts', () => {
    expect(namesOf(outcomeOf({ 'sidecar.io/git-period': '1s' }, builtInState, repo))).toEqual(['git']);
    const outcome = outcomeOf({ ...repo, 'sidecar.io/git': 'true' });
    expect(outcome).toMatchObject({ sidecars: [{ source: at('git') }] });
    expect(outcomeOf(repo, builtInState, { 'sidecar.io/git': 'false' })).toMatchObject({
      sidecars: [{ source: at('git-repo') }],
    });
  });
});

describe('a sidecar that several settings turn on', () => {
  const either = stateOf([
    'either',
    {
      parameters: ['a', 'b'].map((name) => ({ name, type: 'string', activates: true, description: 'x' })),
    },
  ]);
  it('names the one with the highest precedence', () => {
    const [a, b] = ['sidecar.io/either-a', 'sidecar.io/either-b'];
    const sourceOf = (pod: Texts, namespace: Texts) => outcomeOf(pod, either, namespace);
    expect(sourceOf({ [b]: 'x' }, { [a]: 'x' })).toMatchObject({ sidecars: [{ source: at('either-b') }] });
    expect(sourceOf({ [a]: 'x' }, { [b]: 'x' })).toMatchObject({ sidecars: [{ source: at('either-a') }] });
  });
});

describe('an annotation that no sidecar has', () => {
  it('on a namespace is a warning with the path of the namespace', () => {
    const [warning] = warningsOf(outcomeOf(repo, builtInState, { 'sidecar.io/topz.A': 'true' }));
    expect(warning).toMatch(
      /^namespace\.metadata\.annotations\['sidecar\.io\/topz\.A'\] has no effect on this pod: "A" is not a valid name/,
    );
  });

  it('is a problem on a workload and a pod, with the sidecars there are when nothing is near', () => {
    const [problem] = problemsOf(outcomeOf({ 'sidecar.io/zzzzzzzzz': 'x' }));
    const names = builtInState.catalog.templates.map(({ name }) => name).join(', ');
    expect(problem).toBe(
      `${at('zzzzzzzzz')}: No sidecar has "sidecar.io/zzzzzzzzz". The sidecars of this cluster are: ${names}.`,
    );
  });

  it('gets a hint up to 64 characters', () => {
    const [name, parameter] = ['d'.repeat(24), 'p'.repeat(40)];
    const long = stateOf([name, { parameters: [{ name: parameter, type: 'string', description: 'x' }] }]);
    const fixOf = (word: string) => problemsOf(outcomeOf({ [`sidecar.io/${name}-${word}`]: 'x' }, long))[0];
    expect(fixOf('p'.repeat(39))).toContain(`Did you mean sidecar.io/${name}-${parameter}?`);
    expect(fixOf(`${'p'.repeat(39)}q`)).toContain(`The parameters of ${name} are: `);
    expect(problemsOf(outcomeOf({ 'sidecar.io/injekt': 'x' }))[0]).toContain('Did you mean sidecar.io/inject?');
  });

  it('besides others is reported with them', () => {
    expect(
      codesOf(
        outcomeOf({ ...repo, 'sidecar.io/git-period': 'x', 'sidecar.io/nope-nope': 'x', 'sidecar.io/inject': 'y' }),
      ),
    ).toEqual(['unknown-annotation', 'bad-switch', 'bad-duration']);
  });

  it('of another prefix, and the status, are none of ours', () => {
    expect(outcomeOf({ 'sidecar.iox/topz': 'true', 'x/sidecar.io': 'y', 'sidecar.io/status': 'z' })).toMatchObject({
      reasons: [{ code: 'nothing-asked', path: 'metadata.annotations', message: 'No annotation asks for a sidecar.' }],
    });
  });
});

describe('a required parameter', () => {
  const [needs, plain] = [
    { name: 'must', type: 'string', required: true, description: 'What it needs.', example: 'a' },
    { name: 'may', type: 'string', description: 'x' },
  ];
  const state = stateOf(
    ['demo', { parameters: [needs, plain] }],
    ['bare', { parameters: [{ ...needs, example: undefined }] }],
  );
  it('that is missing is a problem at the switch, with an example where there is one', () => {
    expect(problemsOf(outcomeOf({ 'sidecar.io/demo': 'true' }, state))).toEqual([
      `${at('demo')}: The sidecar demo needs sidecar.io/demo-must: what it needs. Add sidecar.io/demo-must, for example "a".`,
    ]);
    expect(problemsOf(outcomeOf({ 'sidecar.io/bare.x': 'true' }, state))).toEqual([
      `${at('bare.x')}: The sidecar bare needs sidecar.io/bare-must.x: what it needs. Add sidecar.io/bare-must.x.`,
    ]);
    expect(namesOf(outcomeOf({ 'sidecar.io/demo': 'true', 'sidecar.io/demo-must': 'b' }, state))).toEqual(['demo']);
  });
});

describe('what must fit together', () => {
  const rule = {
    rule: '${ params.low <= params.high }',
    parameter: 'low',
    message: '${ params.low } is high.',
    fix: 'Less.',
  };
  const numbers = ['low', 'high'].map((name) => ({ name, type: 'integer', default: 5, description: 'x' }));
  const state = stateOf(['demo', { parameters: numbers, validations: [rule] }]);
  const on = { 'sidecar.io/demo': 'true' };
  it('is checked, and a problem of the parameter that the rule names', () => {
    expect(outcomeOf({ ...on, 'sidecar.io/demo-low': '5' }, state).kind).toBe('Injected');
    expect(problemsOf(outcomeOf({ ...on, 'sidecar.io/demo-low': '6' }, state))).toEqual([
      `${at('demo-low')}: 6 is high. Less.`,
    ]);
    expect(problemsOf(outcomeOf({ 'sidecar.io/demo.a': 'true', 'sidecar.io/demo-high.a': '4' }, state))).toEqual([
      `${at('demo-low.a')}: 5 is high. Less.`,
    ]);
  });

  it('is not checked with a value that is wrong by itself', () => {
    expect(codesOf(outcomeOf({ ...on, 'sidecar.io/demo-low': '6', 'sidecar.io/demo-high': 'x' }, state))).toEqual([
      'bad-integer',
    ]);
  });

  it.each<[Texts, string[] | [string, string]]>([
    [{ memory: '64Mi' }, ['64Mi', '512Mi']],
    [{ memory: '2Gi' }, ['2Gi', '2Gi']],
    [{ memory: '1Gi', 'memory-limit': '1Gi' }, ['1Gi', '1Gi']],
    [{ memory: '1Gi', 'memory-limit': '1024Mi' }, ['1Gi', '1024Mi']],
  ])('requests and limits: %j', (settings, [request, limit]) => {
    const outcome = outcomeOf({
      ...repo,
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`sidecar.io/git-${name}`, value])),
    });
    expect(JSON.stringify(outcome)).toMatch(new RegExp(`"memory":"${request}"`));
    if (settings.memory !== '64Mi')
      expect(JSON.stringify(outcome)).toMatch(new RegExp(`"limits":{[^}]*"memory":"${limit}"`));
  });

  it.each([
    ['memory', '1Gi', '512Mi'],
    ['cpu', '1', '999m'],
  ])('a limit below its request is a problem: %s', (name, request, limit) => {
    const outcome = outcomeOf({
      ...repo,
      [`sidecar.io/git-${name}`]: request,
      [`sidecar.io/git-${name}-limit`]: limit,
    });
    expect(problemsOf(outcome)).toEqual([
      `${at(`git-${name}-limit`)}: The limit ${limit} is lower than the request ${request}. Write at least "${request}", or lower sidecar.io/git-${name}.`,
    ]);
  });

  it('a limit below the default request is a problem too', () => {
    expect(codesOf(outcomeOf({ ...repo, 'sidecar.io/git-memory-limit': '16Mi' }))).toEqual(['parameters-disagree']);
  });
});

describe('the form', () => {
  const isNative = (native: string | undefined, state: State) => {
    const outcome = outcomeOf({ ...repo, ...(native === undefined ? {} : { 'sidecar.io/git-native': native }) }, state);
    return outcome.kind === 'Injected' && outcome.sidecars[0]?.native;
  };
  it.each<[string | undefined, boolean, boolean]>([
    [undefined, true, false],
    ['auto', true, false],
    ['true', true, true],
    ['false', false, false],
  ])('with native %s is native where the cluster runs such sidecars: %s, and where not: %s', (native, can, cannot) => {
    expect([isNative(native, builtInState), isNative(native, classicState)]).toEqual([can, cannot]);
  });
});

describe('a default that fails', () => {
  it('is a problem of the pod, with the name of the template', () => {
    const parameters = [
      { name: 'a', type: 'string', default: '${ {"": "x", "x": "y"}[instance.name] }', description: 'x' },
    ];
    const state = stateOf(['demo', { parameters }]);
    expect(outcomeOf({ 'sidecar.io/demo.x': 'true' }, state).kind).toBe('Injected');
    expect(outcomeOf({ 'sidecar.io/demo.z': 'true' }, state)).toMatchObject({
      problems: [
        {
          code: 'template-failed',
          path: at('demo.z'),
          message: expect.stringMatching(/^The template demo cannot use these parameters: .*\.$/),
          fix: 'Change the parameters, or correct the template.',
        },
      ],
    });
  });
});

describe('sidecars that cannot be together', () => {
  it('are reported once for each pair that is declared, however many instances there are', () => {
    const state = stateOf(['a', { conflicts: ['b'] }], ['b', {}], ['c', { conflicts: ['zzz'] }]);
    const on = (...names: string[]) => Object.fromEntries(names.map((name) => [`sidecar.io/${name}`, 'true']));
    expect(problemsOf(outcomeOf(on('a', 'a.x', 'b', 'b.x', 'c'), state))).toEqual([
      `${at('a')}: The sidecars a and b cannot be in the same pod. Turn one of them off, for example with sidecar.io/b: "false".`,
    ]);
    expect(namesOf(outcomeOf(on('a', 'a.x', 'c'), state))).toEqual(['a', 'a.x', 'c']);
    expect(namesOf(outcomeOf({ ...on('a'), 'sidecar.io/b': 'false' }, state))).toEqual(['a']);
  });
});

describe('very many', () => {
  it('unknown annotations: the first 20 get a hint, the others are counted', () => {
    const unknown = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`sidecar.io/git-rpo.i${i}`, 'x']));
    const fixes = (outcome: Outcome) => (outcome.kind === 'Refused' ? outcome.problems.map(({ fix }) => fix) : []);
    const all = fixes(outcomeOf(unknown(22)));
    expect(all.slice(18)).toEqual([
      'Did you mean sidecar.io/git-repo.i18?',
      'Did you mean sidecar.io/git-repo.i19?',
      'Remove it, or correct it.',
      'Remove it, or correct it.',
    ]);
    const namespace = Object.fromEntries(Object.entries(unknown(15)).map(([key, value]) => [`${key}n`, value]));
    const outcome = outcomeOf(unknown(10), builtInState, namespace);
    expect(warningsOf(outcome).filter((warning) => warning.includes('Did you mean'))).toHaveLength(10);
  });

  it('work: instances of a template of the namespace can take so much together', () => {
    const most = 16 * 1024 * 1024;
    const [demo] = stateOf(['demo', {}]).catalog.templates;
    if (!demo) throw new Error('the state has no template');
    const state = (work: number) => ({ ...builtInState, catalog: buildCatalog([{ ...demo, work }]).catalog });
    const four = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`sidecar.io/demo.${name}`, 'true']));
    expect(namesOf(outcomeOf(four, state(most / 4)))).toHaveLength(4);
    const outcome = outcomeOf(four, state(most / 4 + 1));
    expect(codesOf(outcome)).toEqual(['too-many-instances']);
    expect(problemsOf(outcome)[0]).toContain(
      'demo takes so much work that a pod can have 3 instances of sidecars, not 4',
    );
  });

  it('instances: 32 are allowed', () => {
    const small = stateOf(['demo', {}]);
    const instances = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`sidecar.io/demo.i${i}`, 'true']));
    expect(namesOf(outcomeOf(instances(32), small))).toHaveLength(32);
    const outcome = outcomeOf(instances(33), small);
    expect(codesOf(outcome)).toEqual(['too-many-instances']);
    expect(problemsOf(outcome)[0]).toMatch(
      /^metadata\.annotations\['sidecar\.io\/demo\.i\d+'\]: .*33 instances of sidecars; a pod can have 32/,
    );
  });
});
