import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSamples } from '../../e2e/pieces/samples.ts';
import { freePort } from '../../ports.ts';
import { type Running, run, until } from '../filesync/program.ts';
import { type App, jsonmetrics, startApp, startExporter } from './app.ts';

let app: App;
let running: Running[];
beforeEach(async () => {
  app = await startApp();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop('SIGKILL')));
  app.close();
});

async function exporter(...args: string[]) {
  const { url, program } = await startExporter(app.url, ...args);
  running.push(program);
  const metrics = async () => {
    const response = await fetch(`${url}/metrics`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    return response.text();
  };
  return { url, program, metrics, samples: async () => Object.fromEntries(readSamples(await metrics())) };
}

const warnings = (program: Running) => program.lines().flatMap(({ level, why }) => (level === 'warn' ? [why] : []));
const down = { json_up: 0 };

describe('jsonmetrics', () => {
  it('serves what the app says, word for word as Prometheus reads it', async () => {
    app.answer((_, response) => response.end('{"visits": 3, "by": {"2\\"0\\\\0": 5, "a\\nb": "x"}}'));
    const { metrics } = await exporter('--value=visits_total=visits', '--value=by=by.*', '--value=depth=queue.depth');
    expect(await metrics()).toBe(
      [
        '# HELP visits_total The value at visits in the answer of the app.',
        '# TYPE visits_total counter',
        'visits_total 3',
        '# HELP by The value at by.* in the answer of the app.',
        '# TYPE by gauge',
        'by{key="2\\"0\\\\0"} 5',
        '# HELP json_up Whether the last answer of the app was JSON.',
        '# TYPE json_up gauge',
        'json_up 1',
        '# HELP json_values_left_out Values of the last answer that are missing or are not numbers.',
        '# TYPE json_values_left_out gauge',
        'json_values_left_out{name="visits_total"} 0',
        'json_values_left_out{name="by"} 1',
        'json_values_left_out{name="depth"} 1',
        '',
      ].join('\n'),
    );
    expect(app.asked).toEqual(['GET /stats?all=1']);
  });

  it('asks at each scrape, once for those that come together, and follows the app', async () => {
    let visits = 0;
    const { samples } = await exporter('--value=visits=visits');
    app.answer((_, response) => void setTimeout(() => response.end(`{"visits": ${++visits}}`), 2000));
    const together = await Promise.all([samples(), samples(), samples()]);
    expect(together.map((each) => each.visits)).toEqual([1, 1, 1]);
    expect((await samples()).visits).toBe(2);
    expect(app.asked).toHaveLength(2);
  });

  it('says that the app gives nothing, and why, once', async () => {
    const { samples, program, url } = await exporter('--value=visits=visits', '--timeout=2.5s');
    const said = async (why: string, how: Parameters<App['answer']>[0]) => {
      app.answer(how);
      expect(await samples()).toEqual(down);
      expect(await samples()).toEqual(down);
      expect(warnings(program).at(-1)).toBe(why);
    };
    await said('the answer is 500', (_, response) => response.writeHead(500).end('{"visits": 1}'));
    await said('the answer is 302', (_, response) => response.writeHead(302, { location: '/other' }).end());
    await said('the answer is not JSON', (_, response) => response.end('visits: 1'));
    await said('the answer is longer than 1048576 bytes', (_, response) => response.end(`"${'x'.repeat(2 << 20)}"`));
    await said('no answer in 2.5 s', () => {});
    await said('no answer in 2.5 s', (_, response) => void response.write('{"visits": '));
    await said('socket hang up', (request) => request.socket.destroy());
    expect(warnings(program)).toHaveLength(6);
    expect((await fetch(url)).status, 'it is alive all the same').toBe(200);
    app.answer((_, response) => response.end('\ufeff{"visits": 9}'));
    expect(await samples(), 'also after a byte order mark').toMatchObject({ json_up: 1, visits: 9 });
    expect(program.lines().at(-1)).toMatchObject({ level: 'info', msg: 'the app gives figures again' });
  });

  it.each([
    ['depth', `${'['.repeat(500_000)}${']'.repeat(500_000)}`, 1],
    ['lists', `[${'[],'.repeat(340_000)}1]`, 340_000],
    ['objects', `[1${',{}'.repeat(340_000)}]`, 340_000],
    ['fields', `{"a":{}${Array.from({ length: 70_000 }, (_, i) => `,"key${i}":${i % 2}`).join('')}}`, 69_001],
  ])('bears a document that is nothing but %s, time and again', async (_, text, left) => {
    const { samples, program } = await exporter('--value=a=*', '--value=b=x');
    app.answer((_, response) => response.end(text));
    for (let turn = 0; turn < 20; turn++)
      expect(await samples(), program.output()).toMatchObject({ 'json_values_left_out{name="a"}': left });
  });

  it('bears an app that is not there', async () => {
    const { samples } = await exporter('--value=visits=visits');
    app.close();
    expect(await samples()).toEqual(down);
  });

  it('is nobody’s way to other addresses, and has two pages only', async () => {
    const { url } = await exporter('--value=visits=visits');
    const status = async (path: string, method = 'GET') => (await fetch(url + path, { method })).status;
    expect(await status('/probe?target=http://example.com')).toBe(404);
    expect(await status('/metrics?target=http://127.0.0.1:1/')).toBe(200);
    expect(app.asked).toEqual(['GET /stats?all=1']);
    expect([await status('/', 'HEAD'), await status('/metrics', 'POST'), await status('/../x')]).toEqual([
      200, 405, 404,
    ]);
  });

  it('ends at once with SIGTERM, also while it is asked', async () => {
    const { program, url } = await exporter('--value=visits=visits');
    app.answer(() => {});
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await until('it asks', () => app.asked.length > 0);
    const began = performance.now();
    expect(await program.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(4000);
    socket.destroy();
  });

  it.skipIf(process.getuid?.() !== 0)('needs no rights (needs root)', async () => {
    const main = new URL('../../../src/main/jsonmetrics.ts', import.meta.url).pathname;
    const port = await freePort();
    const args = [main, `--target=${app.url}`, '--value=a=a', `--web.listen-address=:${port}`];
    const program = run(process.execPath, args, { uid: 65_534 });
    running.push(program);
    await until('it listens', () => program.output().includes('listening'));
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
  });
});

const right = ['--target=http://127.0.0.1:1/', '--value=a=a'];

describe('a command line', () => {
  it.each([
    [['--taget=x'], /Unknown flag --taget\. Did you mean --target\?/],
    [['--target=127.0.0.1:8080'], /"127.0.0.1:8080" for --target\. Write a URL such as http/],
    [['--target=file:///etc/passwd'], /"file:\/\/\/etc\/passwd" for --target/],
    [['--value=1a=a'], /"1a=a" for --value\. Write NAME=PATH/],
    [['--value=b=a..b'], /"b=a\.\.b" for --value\. Write NAME=PATH/],
    [['--value=b'], /"b" for --value\. Write NAME=PATH/],
    [['--value=a=b'], /--value: the name a is taken/],
    [['--value=json_up=b'], /--value: the name json_up is taken/],
    [['--web.listen-address=29100'], /"29100" for --web.listen-address.*:PORT/],
    [['--web.listen-address=::1:1'], /"::1:1" for --web.listen-address.*:PORT/],
    [['--web.listen-address=:70000'], /":70000" for --web.listen-address.*:PORT/],
    [['--timeout=0'], /"0" for --timeout\. Write a duration.*such as 5s/],
    [['--timeout=2m'], /"2m" for --timeout\. Write a duration from 1ms to 99s/],
    [['stray'], /Unexpected argument "stray"/],
  ])('with %s is refused', async (args, message) => {
    const program = jsonmetrics(...right, ...args);
    expect([await program.ended, program.output()]).toEqual([2, expect.stringMatching(message)]);
  });

  it('has all its problems told, and is explained', async () => {
    const wrong = jsonmetrics('--timeout=x');
    expect([await wrong.ended, wrong.output().trim().split('\n').length]).toEqual([2, 3]);
    const help = jsonmetrics('--help');
    expect([await help.ended, help.output()]).toEqual([0, expect.stringContaining('--value NAME=PATH')]);
  });

  it('with a port that is taken ends with a message', async () => {
    const { port } = new URL(app.url);
    const program = jsonmetrics(...right, `--web.listen-address=127.0.0.1:${port}`);
    expect([await program.ended, program.output()]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
  });
});
