# --exechook-command: called beside the syncs for each new commit, again and again until it succeeds.

hook_runner=''

start_hook() {
  [[ $exechook_command && $one_time == false ]] || return 0
  mkfifo "$work/hashes"
  exec 9<>"$work/hashes"
  run_hooks &
  hook_runner=$!
}

# Tells the hook's runner of a new commit.
announce() {
  [[ ! $hook_runner ]] || echo "$1" >&9
}

run_hooks() {
  local hash newer last=
  while read -r hash <&9; do
    while :; do
      while read -t 0.05 -r newer <&9; do hash=$newer; done # only the newest counts
      [[ $hash != "$last" ]] || break
      if call_hook "$hash"; then
        last=$hash
        break
      fi
      log error 'hook failed' hash "$hash" retry "$(seconds "$exechook_backoff")s" error "$problem"
      sleep "$(seconds "$exechook_backoff")"
    done
  done
}

# For --one-time: one attempt, whose failure is the program's.
call_hook_once() {
  [[ $exechook_command ]] || return 0
  call_hook "$hash" && return
  log error 'hook failed' hash "$hash" error "$problem"
  return 1
}

# Runs it in the commit's worktree. Only the process itself is killed when it takes too long.
call_hook() {
  local status
  log 0 'running exechook' hash "$1" command "$exechook_command"
  (
    cd "$root/.worktrees/$1" && GITSYNC_HASH=$1 \
      exec timeout --foreground -s KILL "$(seconds "$exechook_timeout")" "$exechook_command"
  ) >"$work/hook" 2>&1 9>&- && return
  status=$?
  problem="Run($exechook_command): exit status $status: $(<"$work/hook")"
  return 1
}
