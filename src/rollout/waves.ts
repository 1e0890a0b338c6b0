/** How many owners a wave has: a number of them, or a percentage of all. */
export type WaveSize = { readonly owners: number } | { readonly percent: number };

/** The size in a text such as `10%` or `5`; undefined for another. */
export function readWaveSize(text: string): WaveSize | undefined {
  const [, digits = '', sign] = /^(\d{1,6})(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === '' || number === 0 || (sign === '%' && number > 100)) return undefined;
  return sign === '%' ? { percent: number } : { owners: number };
}

/** The owners in waves. The first wave is one owner: what is wrong everywhere is noticed there. */
export function wavesOf<Owner>(owners: readonly Owner[], size: WaveSize): readonly (readonly Owner[])[] {
  const each = 'owners' in size ? size.owners : Math.ceil((owners.length * size.percent) / 100);
  const waves = owners.length > 0 ? [owners.slice(0, 1)] : [];
  for (let at = 1; at < owners.length; at += each) waves.push(owners.slice(at, at + each));
  return waves;
}
