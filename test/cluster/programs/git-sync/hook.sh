# --exechook-command and --webhook-url: called beside the syncs for each new commit, again and again until they succeed.

hook_runners=''
declare -A hooks=() # the file descriptors that hashes go through, by the kind of hook

start_hooks() {
  local kind descriptor
  for kind in ${exechook_command:+exechook} ${webhook_url:+webhook}; do
    mkfifo "$work/$kind"
    exec {descriptor}<>"$work/$kind"
    hooks[$kind]=$descriptor
    [[ $one_time == false ]] || continue
    run_hook "$kind" &
    hook_runners+=" $!"
  done
}

# Lets the hooks know of a new commit.
announce() {
  local kind
  for kind in "${!hooks[@]}"; do echo "$1" >&"${hooks[$kind]}"; done
}

run_hook() {
  local hash newer last= backoff=${1}_backoff
  while read -r hash <&"${hooks[$1]}"; do
    while :; do
      while read -t 0.05 -r newer <&"${hooks[$1]}"; do hash=$newer; done # only the newest counts
      [[ $hash != "$last" ]] || break
      if "call_$1" "$hash"; then
        last=$hash
        break
      fi
      # --exechook-backoff, --webhook-backoff: "the time to wait before retrying".
      log error 'hook failed' hash "$hash" retry "$(seconds "${!backoff}")s" error "$problem"
      sleep "$(seconds "${!backoff}")"
    done
  done
}

# For --one-time: one attempt each, whose failure is the program's.
call_hooks_once() {
  local kind status=0
  for kind in "${!hooks[@]}"; do
    "call_$kind" "$hash" && continue
    log error 'hook failed' hash "$hash" error "$problem"
    status=1
  done
  return $status
}

# --exechook-command: "executes with the synced repo as its working directory", with git-sync's own environment and
# $GITSYNC_HASH, which is "set to the git hash that was synced".
# --exechook-timeout: only the process itself is killed when it takes too long.
call_exechook() {
  local status
  log 0 'running exechook' hash "$1" command "$exechook_command"
  (
    cd "$root/.worktrees/$1" && GITSYNC_HASH=$1 \
      exec timeout --foreground -s KILL "$(seconds "$exechook_timeout")" "$exechook_command"
  ) >"$work/output" 2>&1 && return
  status=$?
  problem="Run($exechook_command): exit status $status: $(<"$work/output")"
  return 1
}

# --webhook-url: "the header 'Gitsync-Hash' will be set to the git hash that was synced".
# --webhook-success-status: the one status that is a success, 200 unless set; 0 "disables success checks".
call_webhook() {
  local address path status
  log 0 'sending webhook' hash "$1" url "$webhook_url"
  address=${webhook_url#http://} path=/
  [[ $address != */* ]] || path=/${address#*/}
  address=${address%%/*}
  [[ $address == *:* ]] || address+=:80
  status=$(timeout "$(seconds "$webhook_timeout")" bash -c '
    exec 3<>"/dev/tcp/${1%:*}/${1##*:}" || exit
    printf "%s %s HTTP/1.0\r\nHost: %s\r\nContent-Length: 0\r\nGitsync-Hash: %s\r\n\r\n" "$2" "$3" "$1" "$4" >&3
    read -r _ status _ <&3 && echo "$status"' webhook "$address" "$webhook_method" "$path" "$1" 2>/dev/null)
  [[ $webhook_success_status == 0 || $status == "$webhook_success_status" ]] && return
  problem="received response code ${status:-none} expected $webhook_success_status"
  return 1
}
