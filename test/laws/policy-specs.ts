// SidecarPolicies as people could write them: for some namespaces and pods, with locks, exemptions and every action.
import { fc } from '../fast-check.ts';

/** What a policy can require, each with settings that fit. */
const settings: Readonly<Record<string, object>> = {
  topz: { port: '21999', period: '5s' },
  git: { repo: 'https://git.example.com/a.git', path: '/srv/www' },
  logs: { files: '/var/log/app/*.log', to: 'stdout' },
};
const requirement = fc
  .tuple(fc.constantFrom(...Object.keys(settings)), fc.constantFrom('none', 'first', '*'))
  .map(([sidecar, lock]) => {
    const own = settings[sidecar] ?? {};
    return { sidecar, settings: own, lock: lock === 'none' ? [] : lock === '*' ? ['*'] : Object.keys(own).slice(0, 1) };
  });
/** Labels of a pod. */
export const label = fc.constantFrom({ app: 'web' }, { app: 'legacy' }, {});
const exemption = fc
  .tuple(fc.boolean(), fc.constantFrom('2026-11-25', '2026-11-26', undefined))
  .map(([byAccount, until]) => ({
    ...(byAccount ? { serviceAccounts: ['default'] } : { podSelector: { matchLabels: { app: 'legacy' } } }),
    ...(until === undefined ? {} : { until }),
    reason: 'x',
  }));
export const policySpecs = fc
  .record({
    action: fc.constantFrom('Enforce', 'Enforce', 'Warn', 'Audit'),
    namespaceSelector: fc.constantFrom({}, { matchLabels: { team: 'shop' } }, { matchLabels: { team: 'web' } }),
    podSelector: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      label.map((matchLabels) => ({ matchLabels })),
    ),
    require: fc.uniqueArray(requirement, { maxLength: 2, selector: ({ sidecar }) => sidecar }),
    forbid: fc.subarray(['topz', 'git', 'serve', 'metrics'], { maxLength: 2 }),
    defaults: fc.constantFrom({}, { 'git-period': '5m' }, { 'topz-port': '22001' }),
    exempt: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(exemption, { minLength: 1, maxLength: 2 })),
  })
  .map((spec) => ({
    ...spec,
    forbid: spec.forbid.filter((name) => spec.require.every((each) => each.sidecar !== name)),
    defaults: spec.require.some(({ sidecar, lock }) => sidecar === 'git' && lock.includes('*')) ? {} : spec.defaults,
  }));
