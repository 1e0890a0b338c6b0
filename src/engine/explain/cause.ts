import type { AskedCause } from './causes/asked.ts';
import type { CalledCause } from './causes/called.ts';
import type { CreatedCause } from './causes/created.ts';
import type { EndedCause } from './causes/ended.ts';
import type { FailingCause } from './causes/failing.ts';
import type { FormCause } from './causes/form.ts';
import type { OutdatedCause } from './causes/outdated.ts';
import type { ReachedCause } from './causes/reached.ts';
import type { RefusedCause } from './causes/refused.ts';
import type { TakenCause } from './causes/taken.ts';
import type { TimingCause } from './causes/timing.ts';

/** Why a pod has the sidecars that it has. Each family is one file. */
export type Cause =
  | AskedCause
  | CalledCause
  | CreatedCause
  | EndedCause
  | FailingCause
  | FormCause
  | OutdatedCause
  | ReachedCause
  | RefusedCause
  | TakenCause
  | TimingCause;
