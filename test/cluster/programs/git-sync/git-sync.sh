#!/bin/bash
# A stand-in for git-sync v4.7 in tests without its image: the same flags, files, links, hook calls and exit codes,
# as far as the sidecar uses them. What is in quotation marks is the manual's (git-sync --man), named by its flag.
# Needs what git-sync's image has too (bash, coreutils, git), and perl for --http-bind.
set -u
here=$(dirname "$(realpath "$0")")
. "$here/log.sh"
. "$here/arguments.sh"
. "$here/repository.sh"
. "$here/hook.sh"
. "$here/http.sh"

# One sync after the other, until something ends it; the counterpart of git-sync's main loop.
sync_for_ever() {
  local failures=0 synced=
  while :; do
    # --sync-timeout: "the total time allowed for one complete sync".
    deadline=$((${EPOCHREALTIME/./} + sync_timeout))
    if sync_once; then
      succeeded
    else
      failures=$((failures + 1))
      count error
      # --max-failures: "a negative value will retry forever", 0 means "any sync failure will terminate git-sync".
      if ((max_failures >= 0 && failures >= max_failures)); then
        log error 'too many failures, aborting' error "$problem" failCount "$failures" maxFailures "$max_failures"
        exit 1
      fi
      log error 'error syncing repo, will retry' error "$problem" failCount "$failures"
    fi
    rest
  done
}

# What follows a sync; $synced is empty at the first one.
succeeded() {
  # --exechook-command, --webhook-url: if "at startup --root already has the correct hash", they are called all the same.
  if [[ $changed || ! $synced ]]; then
    [[ ! $touch_file ]] || { mkdir -p "$(dirname "$touch_file")" && touch "$touch_file"; }
    announce "$hash"
    count success
  else
    count noop
  fi
  synced=yes failures=0
  remove_stale || log error 'git cleanup failed' error "$problem"
  rm -f "$error_file"
  if [[ $one_time == true ]]; then
    call_hooks_once
    local status=$?
    log 0 'exiting after one sync' status "$status"
    exit "$status"
  fi
  if [[ $hash == "$ref" ]]; then
    log 0 'ref appears to be a git hash, no further sync needed' ref "$ref"
    sleep infinity
  fi
}

# --period: "how long to wait between sync attempts". --init-period (v4.7.0): the same until the first sync has succeeded.
# --sync-on-signal: a signal ends the wait; "if a sync is in progress, another sync will be triggered as soon as" it ends.
rest() {
  local wait=$period
  [[ $synced || ! $init_period ]] || wait=$init_period
  read -rt "$(seconds "$wait")" <&8
}

log 0 'this is a stand-in for git-sync, made for tests; it is not git-sync' version stand-in
umask 022
read_arguments "$@"
prepare_git
log 0 'starting up' pid "$$" uid "$UID" flags "$*"
trap 'rm -rf "$work" "$GIT_CONFIG_GLOBAL"' EXIT
mkfifo "$work/signals"
exec 8<>"$work/signals"
# This shell only waits, so that a signal ends it at once, whatever the others are at.
engine=''
stop() { kill $engine $hook_runners $http_server 2>/dev/null; }
trap 'stop; exit 143' TERM
trap 'stop; exit 130' INT
[[ ! $sync_on_signal ]] || trap 'echo >&8' HUP
serve_http
start_hooks
sync_for_ever &
engine=$!
while wait "$engine"; status=$?; ((status > 128)) && kill -0 "$engine" 2>/dev/null; do :; done
stop
exit "$status"
