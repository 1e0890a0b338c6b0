import { expect, it } from 'vitest';
import { answerDeletion } from '../../src/admission/answer-deletion.ts';
import type { TemplateUsers } from '../../src/core/template-users.ts';
import { builtInState } from '../engine/state.ts';
import { policy } from '../policy/policy.ts';

const request = {
  ...{ uid: 'u', resource: 'clustersidecartemplates.sidecar.io', subResource: '', operation: 'DELETE', namespace: '' },
  ...{ name: 'topz', dryRun: false, object: undefined, oldObject: undefined },
};
const none: TemplateUsers = { pods: 0, complete: true, owners: [], others: 0 };
const keep = 'New pods that ask for topz are refused, unless another template has this name.';

function warningsFor(users: TemplateUsers | string | undefined, namespace = '', state = builtInState): string[] {
  const { text, checked } = answerDeletion({ ...request, namespace }, state, users);
  const { allowed, warnings = [] } = JSON.parse(text).response;
  expect(allowed).toBe(true);
  expect(checked).toMatchObject({ operation: 'DELETE', outcome: warnings.length > 0 ? 'warned' : 'allowed' });
  return warnings;
}

it.each<[TemplateUsers | string | undefined, string[]]>([
  [none, []],
  [undefined, [`Pods that have the sidecar topz keep it. ${keep}`]],
  ['403: pods is forbidden', ['The pods that have the sidecar topz could not be listed: 403: pods is forbidden.']],
  [
    { ...none, pods: 1, owners: ['Pod shop/web'] },
    ['1 pod has the sidecar topz: Pod shop/web.', `They keep it. ${keep}`],
  ],
  [
    { pods: 70, complete: false, owners: ['Deployment shop/web', 'Job shop/nightly'], others: 3 },
    [
      'At least 70 pods have the sidecar topz: Deployment shop/web, Job shop/nightly and 3 more.',
      `They keep it. ${keep}`,
    ],
  ],
])('a deletion is allowed, with what is known of the users: %j', (users, warnings) =>
  expect(warningsFor(users)).toEqual(warnings),
);

it('nothing is said where nobody uses the sidecar', () =>
  expect(JSON.parse(answerDeletion(request, builtInState, none).text).response).toEqual({ uid: 'u', allowed: true }));

it('namespaces that ask for the sidecar are named, by its switch or a parameter, but not for another one', () => {
  const asks = (...keys: string[]) => ({ annotations: Object.fromEntries(keys.map((key) => [key, 'true'])) });
  const namespaces = new Map([
    ['shop', asks('example.com/owner', 'sidecar.io/topz')],
    ['blog', asks('sidecar.io/topz-port.second')],
    ['docs', asks('sidecar.io/git-repo', 'example.com/topz')],
    ['silent', asks()],
  ]);
  const state = { ...builtInState, namespaces };
  const sentence = (names: string) =>
    `These namespaces have annotations for topz: ${names}. Their new pods will start without it.`;
  expect(warningsFor(none, '', state)).toEqual([sentence('shop, blog')]);
  expect(warningsFor(none, 'blog', state), 'a template of one namespace').toEqual([sentence('blog')]);
  expect(warningsFor(none, 'docs', state)).toEqual([]);
});

it('of many namespaces that ask for the sidecar, five are named', () => {
  const shops = (count: number) =>
    new Map(Array.from({ length: count }, (_, i) => [`shop-${i}`, { annotations: { 'sidecar.io/topz': 'true' } }]));
  const textFor = (count: number) => warningsFor(none, '', { ...builtInState, namespaces: shops(count) }).join();
  expect(textFor(5)).toMatch(/: shop-0, shop-1, shop-2, shop-3, shop-4\. /);
  expect(textFor(7)).toMatch(/: shop-0, shop-1, shop-2, shop-3, shop-4 and 2 more\. /);
});

it('enforced policies that require the sidecar are named', () => {
  const requiring = { require: [{ sidecar: 'topz' }] };
  const policies = [
    policy('shop', requiring),
    policy('audit', { ...requiring, action: 'Audit' }),
    policy('blog', { forbid: ['topz'] }),
  ];
  const state = { ...builtInState, policies };
  expect(warningsFor(none, '', state)).toEqual([
    'These policies require topz: shop. Without it, all new pods of their namespaces are refused.',
  ]);
  expect(warningsFor(none, 'shop', state), 'a template of one namespace').toEqual([]);
});
