import { stepsOfPath } from '../../core/path.ts';
import type { Problem, Warning } from '../../core/problem.ts';
import { inWorkload } from '../../workload/paths.ts';
import type { Locator, Spot } from '../inject/locate.ts';
import type { FileProblem } from '../inject/manifests.ts';

/** Something that is wrong in a file, and where. Lines and columns count from one. */
export interface Finding {
  readonly level: 'error' | 'warning';
  readonly code: Problem['code'] | Warning['code'];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `deployment/web`; empty where the file cannot be read. */
  readonly object: string;
  /** JSONPath without the leading `$.`, from the object. */
  readonly path: string;
  readonly message: string;
  /** What to write instead; empty where the message says it. */
  readonly fix: string;
}

export function errorOf({ position, subject, problem, pathInObject }: FileProblem): Finding {
  const { code, message, fix } = problem;
  const path = pathInObject ?? problem.path;
  const object = subject.replace(/^document \d+(, )?/, '');
  return { level: 'error', code, ...placeOf(position), object, path, message, fix };
}

/** A problem of a template in a folder of `--catalog`: its path begins with file, line and column. */
export function templateError(problem: Problem): Finding {
  const [, position = problem.path, path = ''] = /^(.*?:\d+:\d+)(?: (.*))?$/s.exec(problem.path) ?? [];
  return errorOf({ position, subject: '', problem: { ...problem, path } });
}

/** A warning about an object. Where its message begins with a path, it is about that. */
export function warningOf(
  { code, message: inPod }: Pick<Warning, 'code' | 'message'>,
  object: Spot,
  podSteps: readonly string[],
  title: string,
  locator: Locator,
): Finding {
  const message = inWorkload(inPod, podSteps);
  const [, path = ''] = /^(?:workload\.)?((?:metadata|spec)[.[][^ :]*)/.exec(message) ?? [];
  const position = locator.positionOf({ ...object, steps: [...object.steps, ...stepsOfPath(path)] });
  return { level: 'warning', code, ...placeOf(position), object: title, path, message, fix: '' };
}

/**
 * The parts of `./web.yaml:12:3`, without the `./` that code hosts do not know; the first line where there is no
 * position.
 */
function placeOf(position: string): Pick<Finding, 'file' | 'line' | 'column'> {
  const [, file = '', line = '1', column = '1'] = /^(?:\.\/+)?(.*?)(?::(\d+):(\d+))?$/s.exec(position) ?? [];
  return { file, line: Number(line), column: Number(column) };
}
