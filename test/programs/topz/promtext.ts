/**
 * A strict reader of Prometheus' text format 0.0.4: returns what is wrong, line by line. It also holds the naming rules
 * that promtool lints: counters end in `_total`, names carry base units, every metric has HELP and TYPE before its
 * values.
 */
export function promtext(text: string): string[] {
  const wrong: string[] = [];
  const types = new Map<string, string>();
  const helps = new Set<string>();
  const seen = new Set<string>();
  let current = '';
  if (!text.endsWith('\n')) wrong.push('the last line has no end');
  for (const line of text.split('\n').slice(0, -1)) {
    const comment = /^# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (\S.*)$/.exec(line);
    if (comment?.[1] === 'HELP') {
      if (helps.has(comment[2] ?? '')) wrong.push(`second HELP: ${line}`);
      helps.add(comment[2] ?? '');
    } else if (comment?.[1] === 'TYPE') {
      current = comment[2] ?? '';
      if (types.has(current) || !helps.has(current)) wrong.push(`TYPE out of order: ${line}`);
      if (!/^(counter|gauge)$/.test(comment[3] ?? '')) wrong.push(`type: ${line}`);
      if ((comment[3] === 'counter') !== current.endsWith('_total')) wrong.push(`name of a counter: ${line}`);
      if (/_(ms|milliseconds|kb|kib|percent|minutes)\b/.test(current)) wrong.push(`unit: ${line}`);
      types.set(current, comment[3] ?? '');
    } else {
      const value =
        /^([a-z_][a-z0-9_]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*",?)+\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line);
      if (value?.[1] !== current) wrong.push(`value: ${line}`);
      const series = `${value?.[1]}${value?.[2] ?? ''}`;
      if (seen.has(series)) wrong.push(`twice: ${line}`);
      seen.add(series);
    }
  }
  return wrong;
}
