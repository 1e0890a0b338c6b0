import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../src/programs/kit/command.ts';
import { dated, indented } from '../../../src/programs/logship/lines.ts';
import { followSettings, logship } from '../../../src/programs/logship/settings.ts';
import { createScene } from './program.ts';

const good = ['--folder=/var/log/app', '--file=/var/log/app/*.log', '--to=loki', '--url=http://loki:3100'];
const problemsOf = (...args: string[]) => {
  const parsed = readCommand(logship, args);
  return 'problems' in parsed ? parsed.problems : [];
};

describe('the command line of logship', () => {
  it('is taken when all is well', () => {
    expect(problemsOf(...good)).toEqual([]);
    expect(problemsOf('--ready')).toEqual([]);
  });

  it('says everything that is wrong at once', () => {
    const all = [
      '--folder=/a',
      '--file=/b/c',
      '--to=locki',
      '--url=ftp://x',
      '--interval=1000',
      '--label=x',
      '--start=[',
    ];
    const messages = problemsOf(...all).join('\n');
    for (const part of [
      '"locki" for --to',
      '"ftp://x" for --url',
      '--file /b/c is outside of --folder /a',
      '"1000" for --interval',
      'Invalid value "x" for --label. Write NAME=VALUE.',
      '"[" for --start',
    ]) {
      expect(messages).toContain(part);
    }
  });

  it.each([
    ['syslog', 'http://a:514', 'tcp:// or tls://'],
    ['otlp', 'tcp://a:514', 'http:// or https://'],
    ['loki', '', 'http:// or https://'],
  ])('knows which addresses %s has (%s)', (to, url, expected) => {
    const address = url === '' ? [] : [`--url=${url}`];
    const others = good.filter((arg) => !arg.startsWith('--url='));
    expect(problemsOf(...others, `--to=${to}`, ...address).join()).toContain(expected);
  });

  it.each([['.*.*.*='], ['\\d*\\d*\\d*\\d*x'], ['[A-Za-z]*[A-Za-z]*[A-Za-z]*[A-Za-z]*='], [`${'.{0,99}'.repeat(5)}=`]])(
    'an expression for the first line takes time in proportion to the line: %s',
    (expression) => {
      const parsed = readCommand(logship, [...good, `--start=${expression}`]);
      if (!('settings' in parsed)) throw new Error(JSON.stringify(parsed));
      const { begins } = followSettings(parsed.settings);
      const before = process.cpuUsage();
      for (const line of ['a'.repeat(4000), '1'.repeat(4000)]) expect(begins(line)).toBe(false);
      expect(process.cpuUsage(before).user / 1e6, 'seconds').toBeLessThan(1);
    },
  );

  it('an expression with long repetitions is refused', () => {
    expect(problemsOf(...good, `--start=${'.{0,999}'.repeat(20)}=`).join()).toContain('with few or short repetitions');
  });

  it('an expression holds for the start of a line alone', () => {
    const parsed = readCommand(logship, [...good, '--start=\\[[A-Z]+\\] ']);
    if (!('settings' in parsed)) throw new Error(JSON.stringify(parsed));
    const { begins } = followSettings(parsed.settings);
    expect(['[INFO] a', 'a [INFO] b', '  at x'].map(begins)).toEqual([true, false, false]);
  });

  it('ends the program with 2 and the messages, or with the help', async () => {
    const scene = createScene();
    const wrong = scene.run(['--to=nowhere', '--no-such']);
    expect(await wrong.ended).toBe(2);
    expect(wrong.said()).toContain('Unknown flag --no-such');
    const help = scene.run(['--help']);
    expect(await help.ended).toBe(0);
    for (const [, name] of help.output().matchAll(/^ {2}(--\w+)/gm)) expect(help.output()).toContain(name);
    const ready = ['--ready', `--state=${scene.secret}`];
    expect(await scene.run(ready).ended).toBe(1);
    await scene.remove();
  });
});

describe('the first line of an entry', () => {
  it.each([
    '2026-11-21 10:00:00 INFO x',
    '2026/11/21',
    '20261121',
    '[2026-11-21T10:00:00Z] x',
    '21/Nov/2026:10:00:00',
    '10:00:00.123 x',
    'Nov 21 10:00:00 x',
    'Sat Nov 21 10:00:00 2026',
    'Sat, 21 Nov 2026',
    '1795267690 x',
  ])('is dated: %s', (line) => expect(dated(line)).toBe(true));
  it.each(['at x(y.java:2026)', 'Exception in thread', '12 of them', 'Monday', ''])('is not dated: %s', (line) => {
    expect(dated(line)).toBe(false);
  });
  it.each(['  at x', '\tat x', 'Caused by: y', '... 12 more', '}', ''])('is not without its indent: %j', (line) => {
    expect(indented(line)).toBe(false);
  });
  it.each(['java.lang.Error: x', '{"a":1}', 'more'])('is at the margin: %s', (line) =>
    expect(indented(line)).toBe(true),
  );
});
