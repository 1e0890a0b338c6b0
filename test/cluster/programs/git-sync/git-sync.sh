#!/bin/bash
# A stand-in for git-sync v4.7 in tests without its image: the same flags, files, links, hook calls and exit codes,
# as far as the sidecar uses them. Needs what git-sync's image has too: bash, coreutils, git.
set -u
here=$(dirname "$(realpath "$0")")
. "$here/log.sh"
. "$here/arguments.sh"
. "$here/repository.sh"
. "$here/hook.sh"

# One sync after the other, until something ends it; the counterpart of git-sync's main loop.
sync_for_ever() {
  local failures=0 synced=
  while :; do
    deadline=$((${EPOCHREALTIME/./} + sync_timeout))
    if sync_once; then
      if [[ $changed || ! $synced ]]; then announce "$hash"; fi
      synced=yes failures=0
      remove_stale || log error 'git cleanup failed' error "$problem"
      if [[ $one_time == true ]]; then
        call_hook_once
        local status=$?
        log 0 'exiting after one sync' status "$status"
        exit "$status"
      fi
      if [[ $hash == "$ref" ]]; then
        log 0 'ref appears to be a git hash, no further sync needed' ref "$ref"
        sleep infinity
      fi
    else
      failures=$((failures + 1))
      if ((max_failures >= 0 && failures >= max_failures)); then
        log error 'too many failures, aborting' error "$problem" failCount "$failures" maxFailures "$max_failures"
        exit 1
      fi
      log error 'error syncing repo, will retry' error "$problem" failCount "$failures"
    fi
    sleep "$(seconds "$period")"
  done
}

log 0 'this is a stand-in for git-sync, made for tests; it is not git-sync' version stand-in
umask 022
read_arguments "$@"
prepare_git
# Kinder than git-sync, which a kill at the wrong moment leaves with these, and unable to go on.
rm -f "$root"/.git/{config,HEAD}.lock "$root"/.git/refs/heads/*.lock
log 0 'starting up' pid "$$" uid "$UID" flags "$*"
trap 'rm -rf "$work" "$GIT_CONFIG_GLOBAL"' EXIT
# This shell only waits, so that a signal ends it at once, whatever the other two are at.
engine=''
stop() { kill $engine $hook_runner 2>/dev/null; }
trap 'stop; exit 143' TERM
trap 'stop; exit 130' INT
start_hook
sync_for_ever &
engine=$!
wait "$engine"
status=$?
stop
exit "$status"
