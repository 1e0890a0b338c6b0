import { expect, it } from 'vitest';
import { createTrust } from '../../src/certificates/trust.ts';

it('passes on each change of the authorities, and of what is registered, once', () => {
  const trust = createTrust('a');
  const published: string[] = [];
  const registered: (string | undefined)[] = [];
  const end = trust.onAuthorities((bundle) => published.push(bundle));
  trust.onRegistered(() => registered.push(trust.inForce()));
  expect([trust.authorities(), trust.inForce()]).toEqual(['a', undefined]);

  for (const bundle of ['a', 'ba', 'ba', 'b']) trust.publish(bundle);
  for (const bundle of ['', '', 'ba']) trust.registered(bundle);
  expect([published, registered]).toEqual([
    ['ba', 'b'],
    ['', 'ba'],
  ]);
  expect([trust.authorities(), trust.inForce()]).toEqual(['b', 'ba']);

  end();
  trust.publish('c');
  expect(published).toEqual(['ba', 'b']);
});
