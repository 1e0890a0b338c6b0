// What docs/templates.md shows of the language, run as it stands there.
import { describe, expect, it } from 'vitest';
import { stateOfSection, woven } from './templates-page.ts';

const podWith = (annotations: Record<string, string>) => ({
  metadata: { annotations },
  spec: { containers: [{ name: 'web', image: 'web' }] },
});

describe('docs/templates.md shows', () => {
  it('variables of the app', () => {
    const state = stateOfSection('Variables of the app');
    expect(woven(podWith({ 'sidecar.io/egress': 'true' }), state).spec.containers).toEqual([
      {
        name: 'web',
        image: 'web',
        env: [
          { name: 'HTTPS_PROXY', value: 'http://127.0.0.1:21128' },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'NO_PROXY', value: '127.0.0.1,$(POD_IP)' },
        ],
      },
    ]);
  });
});
