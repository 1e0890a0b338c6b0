#!/bin/sh
# Makes a container's file system in this mount namespace, and becomes the container's program.
#   furnish.sh ROOT MOUNTS USER GROUP PROGRAM [ARGUMENT ...]
# Each line of MOUNTS has a path of this machine, a path in the container, and rw or ro, with tabs between them.
set -e
root=$1 mounts=$2 user=$3 group=$4
shift 4
mount -t tmpfs -o mode=755 root "$root"
mkdir "$root/proc" "$root/etc" "$root/usr" "$root/dev"
for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
mount --bind /usr "$root/usr"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
for name in passwd group nsswitch.conf ld.so.cache alternatives ssl; do
  [ ! -e "/etc/$name" ] || cp -a "/etc/$name" "$root/etc"
done
while IFS='	' read -r from to mode; do
  if [ -d "$from" ]; then
    mkdir -p "$root$to"
  else
    mkdir -p "$root$(dirname "$to")" && touch "$root$to"
  fi
  mount --bind "$from" "$root$to"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$to"
done <"$mounts"
mount -o remount,ro "$root"
# A change of the user would otherwise take away the signal that ends this process with its parent.
exec chroot "$root" setpriv --pdeathsig keep --reuid "$user" --regid "$group" --clear-groups --bounding-set=-all --no-new-privs -- "$@"
