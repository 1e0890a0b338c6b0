import { instanceName } from '../core/instance.ts';
import type { JsonObject } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Warning } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { Fragment } from '../template/fragment.ts';
import { withMounts } from './app-volumes.ts';
import { isPresent, isPresentUnchanged } from './containers-and-volumes.ts';
import { isBelow, pathSetting, withoutSlash } from './mounts.ts';
import type { Merge } from './operations.ts';
import type { Placement } from './placement.ts';
import { canRead, isIn, isRead, type Mounted, mountsOf, volumeFor } from './read-folders.ts';
import { targetsOf } from './targets.ts';

// A sidecar that only reads a folder of the app finds there what the app finds: also what other sidecars mount at the
// folder, above it and below it.

interface Sharing {
  readonly pod: Pod;
  readonly warnings: Warning[];
  readonly mounted: readonly Mounted[];
  /** By the folder of a reader: the mount of another sidecar whose volume it has in place of its own. */
  readonly replaced: Map<Mounted, Mounted>;
  /** The indices of the containers that a sidecar has mounts in. */
  targets(placement: Placement): readonly number[];
}

/**
 * The placements in which each sidecar that reads a folder has the volumes of others: the nearest one at the folder or
 * above it in place of its own, and those below it.
 */
export function withSharedFolders(
  { pod, names, warnings }: Pick<Merge, 'pod' | 'names' | 'warnings'>,
  placements: readonly Placement[],
): readonly Placement[] {
  const known = new Map<Placement, readonly number[]>();
  const targets = (placement: Placement) => {
    const found = known.get(placement) ?? indicesOf(pod, placement, names);
    known.set(placement, found);
    return found;
  };
  const mounted = placements.flatMap(mountsOf);
  const sharing: Sharing = { pod, warnings, mounted, replaced: new Map(), targets };
  // A sidecar that a former version has put into the pod stays as it is.
  const folders = mounted.filter((each) => isRead(each) && !isPresentUnchanged(pod, each.placement.fragment));
  for (const folder of folders) replaceVolume(sharing, folder);
  return placements.map((placement) => {
    let { fragment } = placement;
    for (const folder of folders) {
      if (folder.placement !== placement) continue;
      fragment = withMountsBelow(fragment, folder, mountsBelow(sharing, folder));
      const outer = sharing.replaced.get(folder);
      if (outer) fragment = withVolumeOf(fragment, folder, outer);
    }
    return fragment === placement.fragment ? placement : { ...placement, fragment };
  });
}

function indicesOf(pod: Pod, placement: Placement, names: ReadonlySet<string>): readonly number[] {
  const found = targetsOf(pod, placement, names);
  return 'targets' in found ? found.targets : [];
}

/** Of two sidecars that only read the same folder, the second uses the volume of the first. */
function replaceVolume(sharing: Sharing, folder: Mounted): void {
  const { mounted, replaced } = sharing;
  const { path, placement } = folder;
  if (!volumeFor(folder)) return;
  const at = mounted.indexOf(folder);
  const isFirst = (other: Mounted, i: number) => other.path === path && i < at && !replaced.has(other);
  const [outer] = mounted
    .filter((each, i) => each.placement !== placement && isIn(path, each.path) && (each.isWritten || isFirst(each, i)))
    .sort((a, b) => b.path.length - a.path.length || Number(b.isWritten) - Number(a.isWritten));
  if (!outer) return;
  // A folder below may have to be created, which a read-only mount rules out: mergeMount refuses that.
  if (outer.path !== path && outer.mount.readOnly === true) return;
  if (canRead(placement, outer) && hasAllTargets(sharing, folder, outer)) replaced.set(folder, outer);
  else if (outer.path !== path && haveCommonTarget(sharing, folder, outer)) {
    const message = `The new volume at ${path} hides the files that the sidecar ${nameOf(outer)} has there. If the sidecar needs them, choose another path.`;
    warn(sharing, folder, message);
  }
}

/** The mounts of other sidecars below a folder that its reader can have; it warns of those that it cannot have. */
function mountsBelow(sharing: Sharing, folder: Mounted): readonly Mounted[] {
  const { mounted, replaced } = sharing;
  const below = mounted.filter(
    (other) =>
      other.placement !== folder.placement &&
      isBelow(other.path, folder.path) &&
      !replaced.has(other) &&
      haveCommonTarget(sharing, replaced.get(folder) ?? folder, other),
  );
  const [able, others] = [true, false].map((can) => below.filter((other) => canRead(folder.placement, other) === can));
  for (const other of others ?? []) {
    const message = `The sidecar ${nameOf(folder)} does not have the files that the sidecar ${nameOf(other)} has at ${other.path}.`;
    warn(sharing, folder, message);
  }
  return able ?? [];
}

/** True when each target of the folder's reader has the other mount: a reader without named targets looks in all. */
function hasAllTargets({ targets }: Sharing, folder: Mounted, other: Mounted): boolean {
  if (!Array.isArray(folder.placement.selected.scope.params.container)) return true;
  const having = targets(other.placement);
  return targets(folder.placement).every((index) => having.includes(index));
}

function haveCommonTarget({ targets }: Sharing, folder: Mounted, other: Mounted): boolean {
  const having = targets(other.placement);
  return targets(folder.placement).some((index) => having.includes(index));
}

/** The fragment with the volume of another sidecar, which the app mounts already, in place of its own. */
function withVolumeOf(fragment: Fragment, { path, mount: own }: Mounted, outer: Mounted): Fragment {
  const { name, subPath: part } = outer.mount;
  const below = path.slice(outer.path.length + 1);
  const replaced = withMounts(fragment, (mount) => {
    if (mount.name !== own.name) return [mount];
    const subPath = [part, below, mount.subPath].filter(Boolean).join('/');
    return [{ ...mount, name, ...(subPath === '' ? {} : { subPath }) }];
  });
  const others = (items: readonly JsonObject[]) => items.filter((each) => each.name !== own.name);
  return { ...replaced, volumes: others(fragment.volumes), mounts: others(fragment.mounts) };
}

/**
 * The fragment with mounts below that of its own volume. The runtime creates their folders in the volume above, so that
 * one is not read-only then.
 */
function withMountsBelow(fragment: Fragment, { path, mount: own }: Mounted, below: readonly Mounted[]): Fragment {
  const byPath = new Map(below.map((each) => [each.path, each]));
  if (byPath.size === 0) return fragment;
  return withMounts(fragment, (mount) => {
    if (mount.name !== own.name) return [mount];
    const { readOnly: _, ...above } = mount;
    const inner = [...byPath.values()].map(({ path: inside, mount: { name, subPath } }) => ({
      ...{ name, mountPath: `${withoutSlash(String(mount.mountPath))}${inside.slice(path.length)}` },
      ...(subPath == null ? {} : { subPath }),
      ...(below.some((other) => isBelow(other.path, inside)) ? {} : { readOnly: true }),
    }));
    return [above, ...inner];
  });
}

/** A reinvocation would only repeat the warning. */
function warn({ pod, warnings }: Sharing, { path, placement }: Mounted, text: string): void {
  const { selected, fragment } = placement;
  if (isPresent(pod, fragment)) return;
  const message = `${pathOf(pathSetting(path, selected).source)}: ${text}`;
  warnings.push({ code: 'files-hidden', sidecar: selected.template.name, message });
}

function nameOf({ placement: { selected } }: Mounted): string {
  return instanceName(selected.template.name, selected.instance);
}
