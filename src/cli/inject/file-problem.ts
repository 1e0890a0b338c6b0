import { type Problem, problemText } from '../../core/problem.ts';
import { type Locator, pathOfSteps, type Spot, stepsOfPath } from './locate.ts';

/** A problem in a file: `place` is `web.yaml:12:3`, `whose` says which document and object it is about. */
export interface FileProblem {
  readonly place: string;
  readonly whose: string;
  readonly problem: Problem;
}

/** A problem whose path is relative to a spot, as a person finds it in the file. */
export function fileProblem(problem: Problem, spot: Spot, title: string, locator: Locator): FileProblem {
  const prefix = pathOfSteps(spot.steps);
  const path = prefix === '' || problem.path === '' ? prefix + problem.path : `${prefix}.${problem.path}`;
  const place = locator.placeOf({ ...spot, steps: [...spot.steps, ...stepsOfPath(problem.path)] });
  return { place, whose: `document ${spot.manifest.number}, ${title}`, problem: { ...problem, path } };
}

/** One line for a person, which editors and terminals can jump from. */
export function lineOf({ place, whose, problem }: FileProblem): string {
  return [place, whose, problemText(problem)].filter((part) => part !== '').join(': ');
}
