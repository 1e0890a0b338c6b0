#!/bin/sh
# The first process of a box. Gives the box its own /run, /sys, cgroups, /var/lib and /var/log, so that no program inside
# writes to the machine's; then stays, and takes in the processes whose parents are gone.
#   first.sh FOLDER
set -e
folder=$1
mount --make-rshared / # the kubelet hands mounts on to containers
mount -t tmpfs tmpfs /run
mount --bind "$folder/var-lib" /var/lib
mount --bind "$folder/var-log" /var/log
mount -t sysfs sysfs /sys
mount -t tmpfs cgroup /sys/fs/cgroup
while IFS=: read -r number controllers _; do
  [ "$number" = 0 ] && continue
  hierarchy=${controllers#name=} options=$controllers
  [ "$hierarchy" = "$controllers" ] || options=none,$controllers
  mkdir "/sys/fs/cgroup/$hierarchy"
  mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/$hierarchy"
done </proc/self/cgroup
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
# Answers between two pods of one node have to pass iptables, which turns a Service's address back.
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables; fi
touch "$folder/ready"
trap 'exit 0' TERM INT
while :; do sleep 1; done
