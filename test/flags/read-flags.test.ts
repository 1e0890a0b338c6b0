import { describe, expect, it } from 'vitest';
import { flagsHelp } from '../../src/flags/help.ts';
import { duration, list, matching, named, oneOf, port, text } from '../../src/flags/kinds.ts';
import { type Flag, readFlags } from '../../src/flags/read-flags.ts';
import { serverFlags } from '../../src/server/server-flags.ts';

const table = [
  { name: 'file', short: 'f', kind: named('FILE'), repeated: true, help: 'A file.' },
  { name: 'output', short: 'o', env: 'OUT', kind: oneOf(['yaml', 'json']), default: 'yaml', help: 'A format.' },
  { name: 'port', env: 'PORT', kind: port, default: '80', help: 'A port.' },
  { name: 'wait', kind: duration, help: 'A time.' },
  { name: 'names', kind: list, default: 'a,b', help: 'Names.' },
  { name: 'note', kind: text, default: 'none', help: 'A note.' },
  { name: 'size', kind: matching('SIZE', 'a number such as 3', /^\d$/), help: 'A size.' },
  { name: 'quiet', short: 'q', help: 'No output.' },
] as const satisfies readonly Flag[];

const read = (args: readonly string[], env: Record<string, string> = {}) => readFlags(args, table, env);

describe('flags', () => {
  it('have their defaults', () => {
    expect(read([])).toEqual({
      values: {
        file: [],
        output: 'yaml',
        port: 80,
        wait: undefined,
        names: ['a', 'b'],
        note: 'none',
        size: undefined,
        quiet: false,
      },
      words: [],
      problems: [],
    });
  });

  it.each([
    [['--output', 'json'], { output: 'json' }],
    [['--output=json'], { output: 'json' }],
    [['-o', 'json'], { output: 'json' }],
    [['-ojson'], { output: 'json' }],
    [['-o=json'], { output: 'json' }],
    [['-qo', 'json'], { output: 'json', quiet: true }],
    [['-o', 'json', '-oyaml'], { output: 'yaml' }],
    [['-f', '-', '--file', 'a=b', '-fc'], { file: ['-', 'a=b', 'c'] }],
    [['--wait', '1m30s'], { wait: 90_000 }],
    [['--wait=0.5s'], { wait: 500 }],
    [['--port', '65535'], { port: 65_535 }],
    [['--port=0'], { port: 0 }],
    [['--names', ' x, ,y '], { names: ['x', 'y'] }],
    [['--names='], { names: [] }],
    [['--note='], { note: '' }],
    [['--note', '-x'], { note: '-x' }],
    [['--note=--x'], { note: '--x' }],
    [['--quiet'], { quiet: true }],
  ])('%j', (args, values) => {
    const result = read(args);
    expect(result.problems).toEqual([]);
    expect(result.values).toMatchObject(values);
  });

  it('come from the environment when the command line does not set them', () => {
    expect(read([], { OUT: 'json', PORT: '' }).values).toMatchObject({ output: 'json', port: 80 });
    expect(read(['-o', 'yaml'], { OUT: 'json' }).values.output).toBe('yaml');
    expect(read([], { PORT: 'x' }).problems).toEqual([
      'Invalid value "x" for PORT. Write a port from 0 to 65535 (0 picks a free one).',
    ]);
  });

  it('leave other words, and everything behind --', () => {
    expect(read(['a', '-q', '-', '--', '-o', '--', 'b'])).toMatchObject({
      words: ['a', '-', '-o', '--', 'b'],
      values: { output: 'yaml', quiet: true },
      problems: [],
    });
  });

  it.each([
    [['--prot', '3'], ['Unknown flag --prot. Did you mean --port?']],
    [['--prot=3', 'x'], ['Unknown flag --prot. Did you mean --port?'], ['x']],
    [['--quite', 'x'], ['Unknown flag --quite. Did you mean --quiet?'], ['x']],
    [['--constructor'], ['Unknown flag --constructor.']],
    [['-xq=3'], ['Unknown flag -x.']],
    [['-p', '3'], ['Unknown flag -p.'], ['3']],
    [['-port', '3'], ['Unknown flag -p.'], ['3']],
    [['-q=1'], ['--quiet takes no value.']],
    [['--quiet=true'], ['--quiet takes no value.']],
    [['-f'], ['--file requires a value: --file FILE.']],
    [['-f', ''], ['--file requires a value: --file FILE.']],
    [['--port', '--quiet'], ['--port requires a value: --port PORT.']],
    [['--output=yml'], ['Invalid value "yml" for --output. Did you mean yaml?']],
    [['--output=text'], ['Invalid value "text" for --output. Write yaml or json.']],
    [['--port', '65536'], ['Invalid value "65536" for --port. Write a port from 0 to 65535 (0 picks a free one).']],
    [['--wait', '5'], ['Invalid value "5" for --wait. Write a duration such as 500ms, 5s or 1m.']],
    [['--size', '12'], ['Invalid value "12" for --size. Write a number such as 3.']],
  ])('%j is a problem', (args, problems, words: string[] = []) => {
    expect(read(args)).toMatchObject({ problems, words, values: { quiet: false, port: 80 } });
  });

  it('show every problem at once, and take their defaults', () => {
    const { problems, values } = read(['--x', '--port=x', '-q=1', '--wait', 'y']);
    expect(problems).toHaveLength(4);
    expect(values).toMatchObject({ port: 80, wait: undefined, quiet: false });
  });

  it('that are required must be given, by the command line or the environment', () => {
    const required = [{ name: 'port', env: 'PORT', kind: port, required: true, help: 'A port.' }] as const;
    expect(readFlags([], required).problems).toEqual(['--port is required: --port PORT.']);
    expect(readFlags([], required, { PORT: '1' })).toMatchObject({ problems: [], values: { port: 1 } });
    expect(readFlags(['--port=x'], required).problems).toEqual([expect.stringContaining('Invalid value "x"')]);
  });

  it('are explained in two columns', () => {
    expect(flagsHelp(table.slice(0, 3))).toBe(
      [
        '  -f, --file FILE         A file.\n',
        '  -o, --output yaml|json  A format. (default yaml) [OUT]\n',
        '      --port PORT         A port. (default 80) [PORT]\n',
      ].join(''),
    );
  });

  it('of the server have defaults of their own kinds', () => {
    for (const { name, kind, default: standard } of serverFlags as readonly Flag[]) {
      if (standard !== undefined) expect(kind?.read(standard), name).not.toBeUndefined();
    }
  });
});
