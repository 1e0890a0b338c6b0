/** The function, which computes its result once for two objects. It is forgotten with either of them. */
export function remembered<A extends object, B extends object, R extends object>(
  compute: (a: A, b: B) => R,
): (a: A, b: B) => R {
  const known = new WeakMap<B, WeakMap<A, R>>();
  return (a, b) => {
    const results = known.get(b) ?? new WeakMap<A, R>();
    known.set(b, results);
    const found = results.get(a) ?? compute(a, b);
    results.set(a, found);
    return found;
  };
}
