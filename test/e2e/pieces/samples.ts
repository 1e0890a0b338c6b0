// What a page in Prometheus' text format says.

/** The values by series, as they are written: `name` or `name{label="value"}`. Throws at a line that is neither. */
export function readSamples(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, series, value] = /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{.*\})?) (\S+)(?: -?\d+)?$/.exec(line) ?? [];
    if (series === undefined || value === undefined) throw new Error(`not a sample: ${line}`);
    samples.set(series, Number(value.replace(/^([+-]?)Inf$/, '$1Infinity')));
  }
  return samples;
}
