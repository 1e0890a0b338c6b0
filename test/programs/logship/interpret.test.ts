// What lines say of themselves: their time, and the fields of JSON.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { interpret } from '../../../src/programs/logship/interpret.ts';
import { createScene, type Scene } from './program.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const now = Date.parse('2026-11-26T13:00:00Z');
const interpreted = (text: string, start = 0) =>
  interpret({ isTimed: true, isJson: true }, { text, start, end: start + text.length, edition: '' }, now);
const timeOf = (text: string) => {
  const { time } = interpreted(text);
  return time === undefined ? undefined : `${new Date(Number(time / 1_000_000n)).toISOString()} ${time % 1_000_000n}`;
};

describe('the time of a line', () => {
  it.each([
    ['2026-11-26T12:00:00Z started', '2026-11-26T12:00:00.000Z 0'],
    ['2026-11-26T12:00:00.5+01:00 started', '2026-11-26T11:00:00.500Z 0'],
    ['2026-11-26 12:00:00,123 INFO started', '2026-11-26T12:00:00.123Z 0'],
    ['[2026-11-26 12:00:00.123456 +0200] started', '2026-11-26T10:00:00.123Z 456000'],
    ['2026-11-26T12:00:00.123456789Z started', '2026-11-26T12:00:00.123Z 456789'],
    ['2026/11/26 12:00:00 [error] 7#7: *1 open() failed', '2026-11-26T12:00:00.000Z 0'],
    ['10.0.0.1 - - [26/Nov/2026:12:00:00 -0100] "GET / HTTP/1.1" 200 5', '2026-11-26T13:00:00.000Z 0'],
    ['1795694400.25 started', '2026-11-26T12:00:00.250Z 0'],
    ['{"level":30,"time":1795694400123,"msg":"started"}', '2026-11-26T12:00:00.123Z 0'],
    ['{"ts":1795694400.5,"msg":"started"}', '2026-11-26T12:00:00.500Z 0'],
    ['{"msg":"started","@timestamp":"2026-11-26T12:00:00.001Z","time":"never"}', '2026-11-26T12:00:00.001Z 0'],
    ['{"timestamp":1795694400123456,"msg":"started"}', '2026-11-26T12:00:00.123Z 456000'],
  ])('is found: %s', (text, time) => expect(timeOf(text)).toBe(time));

  it.each([
    'started',
    'at 2026-11-26T12:00:00Z',
    '2026-13-45T12:00:00Z',
    '12:00:00 started',
    '17956944001 started',
    '{"msg":"2026-11-26T12:00:00Z"}',
    '{"time":"soon"}',
    '2027-11-26T12:00:00Z from the future',
    '0001-01-01T00:00:00Z never set',
    '{"time":"1970-01-01T00:00:00Z"}',
    '',
  ])('is not there, or of no use: %j', (text) => expect(timeOf(text)).toBeUndefined());

  it('differs with the place of the line, by less than the unit of what it says, and always by the same', () => {
    const text = '2026-11-26T12:00:00.123Z started';
    const times = [0, 33, 66].map((start) => interpreted(text, start).time ?? 0n);
    expect(times.map((time) => time - (times[0] ?? 0n))).toEqual([0n, 33n, 66n]);
    expect(interpreted('2026-11-26T12:00:00.123456789Z', 33).time).toBe(1795694400123456789n);
  });
});

describe('the fields of a line', () => {
  it('are those of a JSON object that is not too deep', () => {
    expect(interpreted('{"a":{"b":[1]}}').fields).toEqual({ a: { b: [1] } });
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(interpreted(nested(19)).fields).toBeDefined();
    for (const text of [nested(100_000), nested(30), '{"a":1', '[1]', '{a:1}', '{"a":1} and more', 'text'])
      expect(interpreted(text).fields).toBeUndefined();
  });
});

describe('logship with --time=line and --parse=json', () => {
  let scene: Scene;
  let receiver: Receiver;
  beforeEach(async () => {
    scene = createScene();
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await scene.remove();
    await receiver.close();
  });
  const json =
    '{"time":"2026-11-26T12:00:00.250Z","level":"WARN","n":1,"x":0.5,"ok":true,"to":{"a":1},"log.file.path":"/other"}';
  const ship = async (...args: string[]) => {
    const program = await scene.start(`--url=${receiver.url}`, '--time=line', '--parse=json', ...args);
    appendFileSync(join(scene.logs, 'app.log'), `${json}\n2026-11-26 12:00:01 plain\n`);
    await program.stop();
  };
  const lines = (request = 0) =>
    (receiver.requests[request]?.body ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('sends Elasticsearch the fields, and the text alone where the index does not take them', async () => {
    receiver.answer(({ body }) => {
      const items = [...body.matchAll(/^\{"@timestamp".*$/gm)].map(([document]) => {
        const isRefused = document.includes('"json":');
        return { create: isRefused ? { status: 400, error: { type: 'document_parsing_exception' } } : { status: 201 } };
      });
      return { status: 200, body: JSON.stringify({ errors: true, items }) };
    });
    await ship('--to=elasticsearch');
    const message = { message: json, '@timestamp': '2026-11-26T12:00:00.250Z' };
    expect(lines()[1]).toMatchObject({ ...message, json: { level: 'WARN', to: { a: 1 } } });
    expect(lines()[3]).toMatchObject({ '@timestamp': '2026-11-26T12:00:01.000Z' });
    expect(lines()[3]).not.toHaveProperty('json');
    expect(lines(1)).toHaveLength(2);
    expect(lines(1)[1]).toMatchObject(message);
    expect(lines(1)[1]).not.toHaveProperty('json');
  });

  it('sends OTLP the fields as attributes, and the severity', async () => {
    await ship('--to=otlp');
    const [record] = lines()[0].resourceLogs[0].scopeLogs[0].logRecords;
    expect(record).toMatchObject({
      ...{ timeUnixNano: '1795694400250000000', severityText: 'WARN', severityNumber: 13 },
      body: { stringValue: json },
    });
    expect(record.attributes.slice(1)).toEqual([
      { key: 'time', value: { stringValue: '2026-11-26T12:00:00.250Z' } },
      { key: 'level', value: { stringValue: 'WARN' } },
      { key: 'n', value: { intValue: '1' } },
      { key: 'x', value: { doubleValue: 0.5 } },
      { key: 'ok', value: { boolValue: true } },
      { key: 'to', value: { stringValue: '{"a":1}' } },
    ]);
  });

  it('sends the fields in JSON, and Loki the time', async () => {
    await ship('--to=http', '--format=json');
    expect(lines()[0]).toMatchObject({ time: '2026-11-26T12:00:00.250Z', json: { level: 'WARN' } });
    await ship('--to=loki');
    const [{ values }] = JSON.parse(receiver.requests.at(-1)?.body ?? '').streams;
    expect(values[0][0]).toMatch(/^1795694400250\d{6}$/);
  });
});
