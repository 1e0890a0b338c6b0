import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const measure = { outcome: 'injected', problems: [], reasons: [], seconds: 0.001 };

describe('labels that tenants choose', () => {
  it('have a bounded number of values: the others are counted together, and nothing is lost', async () => {
    const metrics = createMetrics('0.0.0');
    for (let i = 0; i < 2000; i++) {
      const sidecar = `made-up-${i}`;
      metrics.review({
        ...{ ...measure, sidecars: [sidecar], warnings: [{ code: 'no-effect', sidecar }] },
        findings: [{ name: sidecar, finding: 'refused' }],
      });
    }
    const text = await metrics.text();
    for (const [name, label] of [
      ['sidecar_injector_sidecars_total', 'sidecar'],
      ['sidecar_injector_warnings_total', 'sidecar'],
      ['sidecar_injector_policy_findings_total', 'policy'],
    ]) {
      const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
      expect(lines).toHaveLength(501);
      expect(lines.find((line) => line.includes(`${label}="other"`))).toMatch(/ 1500$/);
      expect(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(2000);
    }
  });

  it('so do policies whose pods are counted, and those of a former count are forgotten', async () => {
    const metrics = createMetrics('0.0.0');
    const counted = (many: number) =>
      metrics.cluster.policyPods(
        new Map(Array.from({ length: many }, (_, i) => [`p${i}`, { compliant: 1, violating: 2, exempt: 3 }])),
      );
    const lines = async () =>
      (await metrics.text()).split('\n').filter((line) => line.startsWith('sidecar_injector_policy_pods{'));
    counted(500);
    expect(await lines()).toHaveLength(303);
    expect(await lines()).toContain('sidecar_injector_policy_pods{standing="violating",policy="other"} 800');
    counted(1);
    expect(await lines()).toHaveLength(3);
  });
});
