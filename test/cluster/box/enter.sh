#!/bin/sh
# Moves itself into the cgroups of the box NAME, then into new namespaces, where first.sh becomes process number 1.
#   enter.sh NAME FOLDER
set -e
name=$1 folder=$2
for hierarchy in /sys/fs/cgroup/*/; do
  [ -e "$hierarchy/cgroup.clone_children" ] || continue
  group=$hierarchy
  for part in sidecar-injector-testbed "$name"; do
    parent=$group group=$group$part/
    mkdir -p "$group"
    # A new cpuset is empty, and no process can be moved into an empty one.
    for set in cpuset.cpus cpuset.mems; do
      if [ -e "$group$set" ]; then cat "$parent$set" >"$group$set"; fi
    done
  done
  echo $$ >"${group}cgroup.procs"
done
exec unshare --cgroup --mount --pid --net --ipc --uts --fork --kill-child --mount-proc \
  /bin/sh "$(dirname "$0")/first.sh" "$folder"
