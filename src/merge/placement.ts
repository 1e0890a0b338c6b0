import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';

/** An instance of a sidecar and its fragment, to be merged into pods. */
export interface Placement {
  readonly selected: SelectedInstance;
  readonly fragment: Fragment;
}
