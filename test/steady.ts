// A second try for tests that a busy machine may fail.
import { type Ended, filesThatFailed } from './reports.ts';

/** A change that breaks more files than this is not a matter of time. */
const mostRunAgain = 3;

/**
 * Runs files of tests, and those in which a test failed once more if they are few: a test that depends on time may fail
 * on a busy machine. The report names what then passes as unsteady. `run` gets the files; none means all that are
 * wanted.
 */
export async function runSteadily(run: (files: readonly string[]) => Promise<Ended>): Promise<Ended> {
  const first = await run([]);
  const failed = [...filesThatFailed(first)];
  const files = failed.filter((file) => file !== undefined);
  if (files.length < failed.length || files.length === 0 || files.length > mostRunAgain) return first;
  console.log(`\nOnce more, because tests in them failed: ${files.join(', ')}`);
  return { ...first, again: await run(files) };
}
