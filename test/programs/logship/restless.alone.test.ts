// Random rotations and rewrites with kills between them: every line arrives, and is repeated only where that is
// unavoidable.
import { readdirSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Dice } from '../../cli/dice.ts';
import { until } from '../../e2e/pieces/until.ts';
import { createScene, type Running } from './program.ts';
import { startReceiver } from './receiver.ts';
import { createRestlessApp, type RestlessApp, sameLine } from './restless-app.ts';

/**
 * More of them by hand: LOGSHIP_ROUNDS=2000 LOGSHIP_SEED=7 npx vitest run --project alone
 * test/programs/logship/restless.
 */
const rounds = Number(process.env.LOGSHIP_ROUNDS ?? 200);
const seed = Number(process.env.LOGSHIP_SEED ?? 1);
const scenes = 8;

it(`${rounds} random operations with kills between them lose nothing and repeat only the last batch before a kill`, async () => {
  const seeds = Array.from({ length: scenes }, (_, i) => seed * 1000 + i);
  const results = await Promise.all(seeds.map((each) => play(new Dice(each), Math.ceil(rounds / scenes))));
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  process.stdout.write(
    `${sum((r) => r.operations)} operations, ${sum((r) => r.kills)} kills, ${sum((r) => r.written)} lines, ` +
      `${sum((r) => r.repeated)} repeated after a kill\n`,
  );
  expect(sum(({ kills }) => kills)).toBeGreaterThan(rounds / 20);
});

type Result = Readonly<Record<'operations' | 'kills' | 'written' | 'repeated', number>>;

async function play(dice: Dice, operations: number): Promise<Result> {
  const scene = createScene();
  const receiver = await startReceiver();
  const app = createRestlessApp(scene.logs, dice);
  const batches: string[] = [];
  receiver.answer(({ body }) => {
    if (dice.once(30)) return { status: 503, body: 'not now' };
    batches.push(body);
    return { status: 200 };
  });
  /** Of the batches that may be repeated: each is the last one before a kill. */
  const repeatable: number[] = [];
  let kills = 0;
  let program: Running | undefined;
  const history: string[] = [];

  const start = () =>
    scene.start('--to=http', `--url=${receiver.url}`, '--format=text', '--include=line ', '--include=app');
  const arrived = () => census(app, batches).missing.length === 0;
  const untilArrived = () =>
    until(`all lines have arrived after ${history.slice(-8).join(', ')}`, async () => arrived() || undefined, {
      ...{ seconds: 60, every: 20 },
    });
  /** The first line of the last operation: where it has arrived, logship has noted the file before. */
  let first = 1;
  const isSeen = () => batches.some((batch) => numbersIn(batch).includes(first));
  const untilSeen = () => until('the file is seen', async () => isSeen() || undefined, { seconds: 60, every: 20 });
  async function kill(): Promise<void> {
    await sleep(dice.below(250));
    history.push('kill');
    await program?.stop('SIGKILL');
    program = undefined;
    await receiver.untilLeft();
    repeatable.push(batches.length - 1);
    kills += 1;
  }

  program = await start();
  for (let n = 0; n < operations; n++) {
    const operation = app.operation();
    // Some operations are meant to happen while logship is away.
    if (program && dice.once(4) && operation.need !== 'open') {
      if (operation.need === 'arrived') await untilArrived();
      if (operation.need === 'seen') await untilSeen();
      await kill();
    } else program ??= await start();
    if (operation.need === 'arrived' && !arrived()) {
      program ??= await start();
      await untilArrived();
    }
    if ((operation.need === 'seen' || operation.need === 'open') && !isSeen()) {
      program ??= await start();
      await untilSeen();
    }
    if (operation.need === 'open') {
      program ??= await start();
      const running = program;
      const isOpen = async () => hasOpen(running, app.identity()) || undefined;
      await until('the file is open', isOpen, { seconds: 60, every: 20 });
    }
    history.push(operation.name);
    first = app.written().numbered + 1;
    operation.run();
    if (operation.need === 'open') await untilArrived();
    if (dice.once(4)) app.write();
    if (dice.once(4)) await sleep(dice.below(300));
    if (program && dice.once(10)) await kill();
  }
  program ??= await start();
  await untilArrived();
  await program.stop();
  await receiver.close();
  await scene.remove();

  const { numbered, same } = app.written();
  const { missing, repeated, sames } = census(app, batches);
  expect(missing, history.join(', ')).toEqual([]);
  const allowed = new Set(repeatable.flatMap((batch) => numbersIn(batches[batch] ?? '')));
  expect(
    repeated.filter((n) => !allowed.has(n)),
    history.join(', '),
  ).toEqual([]);
  const repeatableSames = repeatable.reduce((total, batch) => total + samesIn(batches[batch] ?? ''), 0);
  expect(sames, history.join(', ')).toBeGreaterThanOrEqual(same);
  expect(sames, history.join(', ')).toBeLessThanOrEqual(same + repeatableSames);
  return { operations, kills, written: numbered + same, repeated: repeated.length };
}

const numbersIn = (text: string) => [...text.matchAll(/line (\d+) /g)].map(([, n]) => Number(n));
const samesIn = (text: string) => text.split(sameLine).length - 1;

/** Which numbers are missing, and which came more than once; how many lines came that are always the same. */
function census(app: RestlessApp, batches: readonly string[]) {
  const { numbered } = app.written();
  const seen = new Uint32Array(numbered + 1);
  for (const n of batches.flatMap(numbersIn)) seen[n] = (seen[n] ?? 0) + 1;
  const all = Array.from({ length: numbered }, (_, i) => i + 1);
  return {
    missing: all.filter((n) => seen[n] === 0),
    repeated: all.filter((n) => (seen[n] ?? 0) > 1),
    sames: batches.reduce((total, batch) => total + samesIn(batch), 0),
  };
}

/** Whether the program has the file open now. */
function hasOpen({ pid }: Running, identity: string): boolean {
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    const status = statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false });
    return status !== undefined && `${status.dev}:${status.ino}` === identity;
  });
}
