// An enforced policy that a change of a template makes invalid: the API server holds it as before, so its new pods are
// refused, and each command says that.
import { describe, expect, it } from 'vitest';
import { original } from '../../src/cli/cluster/live-pods.ts';
import { createGathering } from '../../src/cli/rollout/out-of-date.ts';
import type { TemplateObject } from '../../src/core/objects.ts';
import { auditPod } from '../../src/engine/audit/audit-pod.ts';
import { impactOnPod } from '../../src/engine/audit/impact-on-pod.ts';
import { explain } from '../../src/engine/explain/explain.ts';
import { inject } from '../../src/engine/inject.ts';
import { conditionsOf } from '../../src/main/policy-conditions.ts';
import { checkTemplate } from '../../src/state/check-template.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { injected, podOf } from '../engine/explained.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from '../policy/policy.ts';

const greeter = template('greeter');
const renamed = template('greeter', {
  parameters: [{ name: 'message', type: 'string', default: 'hello', description: 'What is said.' }],
  containers: [{ name: '${ instance.id }', args: ['${ params.message }'], securityContext: { runAsUser: 1000 } }],
});
const greeting = { sidecar: 'greeter', settings: { greeting: 'hi' }, lock: ['*'] };
const enforced = { conditions: [{ type: 'Enforced', status: 'True', lastTransitionTime: '', message: '' }] } as const;

const policyWith = (spec: object, status: TemplateObject['status'] = enforced) => ({
  ...policyObject('shop', spec, { uid: 'shop', generation: 1 }),
  status,
});
const clusterWith = (templates: readonly TemplateObject[], ...policies: readonly TemplateObject[]) =>
  createClusterState(builtInState)([{ name: 'shop', annotations: {}, labels: { team: 'shop' } }], templates, policies);

const policy = policyWith({ require: [greeting] });
const [before, after] = [[greeter], [renamed]].map((templates) => clusterWith(templates, policy).state);
if (!before || !after) throw new Error('there are two states');
const pod = podOf('web');
const stored = injected(pod, before);
const why = 'spec.require[0].settings.greeting: The sidecar greeter has no parameter "greeting".';

describe('a required parameter that the template has no more', () => {
  it.each([
    ['the new template', renamed],
    [
      'the same with a value that fits no more',
      template('greeter', { parameters: [{ name: 'greeting', type: 'port', default: '8080', description: 'x' }] }),
    ],
    ['a template that excludes another required sidecar', template('greeter', { conflicts: ['topz'] })],
  ])('%s is taken with a warning that names the policy', (_, next) => {
    const both = clusterWith([greeter], policyWith({ require: [{ ...greeting }, { sidecar: 'topz' }] })).state;
    const { problems, warnings } = checkTemplate(next, both);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^spec: The policy shop is not valid with this template, and new pods that it is for are refused: spec\.require\[0\].* Keep what the policy uses, change the policy, and then the template\. \[bad-policy\]$/,
      ),
    ]);
  });

  it('a template that needs a further setting gets one', () => {
    const asking = policyWith({ require: [{ ...greeting, lock: [] }] });
    const { parameters } = template('x').spec as { parameters: object[] };
    const more = { name: 'whom', type: 'string', required: true, description: 'Who is greeted.' };
    const next = template('greeter', { parameters: [...parameters, more] });
    expect(checkTemplate(next, clusterWith([greeter], asking).state).warnings).toEqual([
      expect.stringMatching(
        /^spec: The policy shop with this template: spec\.require\[0\]\.settings: New pods that set nothing else are refused: The sidecar greeter needs sidecar\.io\/greeter-whom: .* \[missing-parameter\]$/,
      ),
    ]);
  });

  it('one that refuses the settings of two policies names the one that was not refused before', () => {
    const refusing = (...greetings: readonly string[]) => {
      const rule = `\${ !(params.greeting in ${JSON.stringify(greetings)}) }`;
      const validation = { rule, parameter: 'greeting', message: 'Nobody says that.', fix: 'Say hello.' };
      return template('greeter', { validations: [validation] });
    };
    const saying = (name: string) => {
      const require = [{ sidecar: 'greeter', settings: { greeting: name } }];
      return policyObject(name, { namespaceSelector: { matchLabels: { team: name } }, require }, { uid: name });
    };
    const { state } = clusterWith([refusing('hi')], saying('hi'), saying('ho'));
    expect(checkTemplate(refusing('hi', 'ho'), state).warnings).toEqual([
      expect.stringContaining('The policy ho with this template: spec.require[0].settings: New pods'),
    ]);
  });

  it('where only defaults do not fit, no pod is refused', () => {
    const setting = policyWith({ defaults: { 'greeter-greeting': 'hi' } });
    const [warning] = checkTemplate(renamed, clusterWith([greeter], setting).state).warnings;
    expect(warning).toMatch(
      /^spec: The policy shop is not valid with this template: spec\.defaults\.greeter-greeting: /,
    );
  });

  it('a change that concerns no policy gets no warning', () => {
    expect(checkTemplate(template('greeter', { summary: 'Says it.' }), before).warnings).toEqual([]);
    expect(checkTemplate(template('other', { conflicts: ['greeter'] }), before).warnings).toEqual([]);
    expect(checkTemplate(template('greeter', {}, 'shop'), before).warnings).toEqual([]);
  });

  it('a template that excludes the sidecar of another policy gets one for both', () => {
    const topz = { ...policyObject('topz', { require: [{ sidecar: 'topz' }] }, { uid: 'topz' }) };
    const { warnings } = checkTemplate(
      template('greeter', { conflicts: ['topz'] }),
      clusterWith([greeter], policy, topz).state,
    );
    expect(warnings).toEqual([
      expect.stringContaining(
        'shop requires the sidecar greeter, and topz requires topz: they cannot be in the same pod.',
      ),
    ]);
  });

  it('refuses new pods, with the reason', () => {
    const outcome = inject({ pod, namespace: 'shop' }, after);
    expect(outcome).toMatchObject({
      kind: 'Refused',
      problems: [
        {
          ...{ code: 'sidecar-required', path: "policies['shop']", policy: 'shop' },
          message: expect.stringContaining(
            `The policy shop requires the sidecar greeter, which cannot be made any more: ${why}`,
          ),
          fix: 'Correct the policy shop, or the template of greeter.',
        },
      ],
    });
  });

  it('audit, rollout, impact and explain say that new pods are refused', () => {
    const request = { pod: original(stored), namespace: 'shop' };
    const findings = auditPod({ ...request, stored }, after);
    expect(findings.map(({ kind }) => kind)).toEqual(['refused']);
    const gathering = createGathering(() => true);
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
      uid: 'u',
      annotations: undefined,
    };
    gathering.add({ namespace: 'shop', name: 'web-1', owner, findings });
    expect(gathering.gathered()).toMatchObject([{ hindrance: expect.stringContaining('New pods would be refused. ') }]);
    expect(impactOnPod(request, before, after).map(({ kind }) => kind)).toEqual(['refused']);
    const decision = explain({ ...request, title: 'pod/web', written: { object: pod, role: 'pod' } }, after);
    expect(decision).toMatchObject({
      verdict: 'refused',
      cause: { code: 'sidecar-required', cause: expect.stringContaining(why) },
    });
    expect(decision.story.policies).toEqual([{ name: 'shop', action: 'Enforce', says: 'requires greeter' }]);
  });

  it('the policy is not ready, and its condition says what is held', () => {
    const [verdict] = clusterWith([renamed], policy).policyVerdicts.values();
    if (!verdict) throw new Error('there is one policy');
    expect(verdict).toMatchObject({ ready: false, policy: undefined, message: expect.stringContaining(why) });
    const enforcedWith = (isBound: boolean | undefined) =>
      conditionsOf(verdict, undefined, isBound, undefined).Enforced;
    expect(enforcedWith(true)).toMatchObject({ status: 'True', reason: 'BoundAsBefore' });
    expect(enforcedWith(false)).toMatchObject({ status: 'Unknown', reason: 'Refused' });
    expect(enforcedWith(undefined)).toMatchObject({ status: 'Unknown', reason: 'Refused' });
  });
});

describe('what is left of a policy that is not valid any more', () => {
  const sidecarsWith = (templates: readonly TemplateObject[], spec: object, status?: TemplateObject['status']) => {
    const outcome = inject({ pod, namespace: 'shop' }, clusterWith(templates, policyWith(spec, status)).state);
    return outcome.kind === 'Injected' ? outcome.sidecars.map(({ name }) => name) : outcome.kind;
  };
  const topz = { sidecar: 'topz' };

  it('counts where only what it forbids or sets is gone', () => {
    expect(sidecarsWith([], { require: [topz], forbid: ['greeter'] })).toEqual(['topz']);
    expect(sidecarsWith([], { require: [topz], defaults: { 'greeter-greeting': 'hi' } })).toEqual(['topz']);
    expect(sidecarsWith([], { require: [topz, greeting] })).toBe('Refused');
    expect(sidecarsWith([greeter], { require: [topz, greeting] })).toEqual(['greeter', 'topz']);
  });

  it.each<[string, object, TemplateObject['status']]>([
    ['the API server never held', { require: [topz, greeting] }, { conditions: [] }],
    ['is not enforced', { require: [topz, greeting], action: 'Warn' }, enforced],
    ['has not the form of one', { require: [topz, greeting], more: 1 }, enforced],
  ])('does not count where it %s', (_, spec, status) => {
    expect(sidecarsWith([], spec, status)).toBe('Unchanged');
  });
});
