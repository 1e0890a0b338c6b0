# The command line: the flags that the sidecar uses, with git-sync's rules for their values, and no others.

# Durations are kept in microseconds. The defaults are those that the manual of v4.7 gives (git-sync --man), but for
# --git-gc, which the manual says is "auto" and the program sets to "always".
repo='' ref=HEAD root='' link='' depth=1 submodules=recursive one_time=false max_failures=0 sparse_checkout_file=''
period=10000000 init_period='' sync_timeout=120000000 stale_worktree_timeout=0 git_gc=always
sync_on_signal='' error_file='' touch_file='' http_bind='' http_metrics=false
exechook_command='' exechook_timeout=30000000 exechook_backoff=3000000
webhook_url='' webhook_method=POST webhook_success_status=200 webhook_timeout=1000000 webhook_backoff=3000000
username=${GITSYNC_USERNAME:-} password_file=''
ssh_key_files=() ssh_known_hosts=true ssh_known_hosts_file=/etc/git-secret/known_hosts

read_arguments() {
  local flag value
  refuse_environment
  while (($#)); do
    [[ $1 == --?* ]] || fatal "unknown argument: $1"
    flag=${1%%=*} value=true
    if [[ $1 == *=* ]]; then
      value=${1#*=}
    elif [[ $flag != --one-time && $flag != --ssh-known-hosts && $flag != --http-metrics ]]; then
      (($# > 1)) || fatal "flag needs an argument: $flag"
      value=$2
      shift
    fi
    shift
    read_flag "$flag" "$value"
  done
  check_arguments
}

read_flag() {
  local value=$2
  case $1 in
    --repo | --ref | --root | --link | --submodules | --git-gc | --exechook-command | --sparse-checkout-file) ;;
    --error-file | --touch-file | --sync-on-signal | --http-bind | --webhook-url | --webhook-method) ;;
    --username | --password-file | --ssh-known-hosts-file) ;;
    --one-time | --ssh-known-hosts | --http-metrics) value=$(boolean "$@") ;;
    --depth | --max-failures | --webhook-success-status) value=$(integer "$@") ;;
    --period | --init-period | --sync-timeout | --stale-worktree-timeout) value=$(duration "$@") ;;
    --exechook-timeout | --exechook-backoff | --webhook-timeout | --webhook-backoff) value=$(duration "$@") ;;
    --ssh-key-file) ssh_key_files+=("$value") ;;
    *) fatal "unknown flag: $1" ;;
  esac || exit
  local name=${1#--}
  [[ $name == ssh-key-file ]] || printf -v "${name//-/_}" %s "$value"
}

boolean() {
  case $2 in
    1 | t | T | true | TRUE | True) echo true ;;
    0 | f | F | false | FALSE | False) echo false ;;
    *) fatal "invalid argument \"$2\" for \"$1\" flag: not a boolean" ;;
  esac
}

integer() {
  [[ $2 =~ ^[+-]?(0|[1-9][0-9]{0,17})$ ]] || fatal "invalid argument \"$2\" for \"$1\" flag: not a whole number"
  echo $(($2))
}

# A duration as Go writes them (1h30m, 1.5s, 0), in microseconds.
duration() {
  local number='([0-9]+(\.[0-9]*)?|\.[0-9]+)' unit='(ns|us|ms|s|m|h)' rest=$2 total=0 fraction factor
  [[ $rest =~ ^[+-]?(0|($number$unit)+)$ ]] || fatal "invalid argument \"$2\" for \"$1\" flag: not a duration"
  while [[ $rest =~ ^[+-]?([0-9]*)\.?([0-9]*)$unit ]]; do
    rest=${rest#"${BASH_REMATCH[0]}"}
    fraction=${BASH_REMATCH[2]}000000
    case ${BASH_REMATCH[3]} in
      h) factor=3600000000 ;; m) factor=60000000 ;; s) factor=1000000 ;; ms) factor=1000 ;; us) factor=1 ;; ns) continue ;;
    esac
    total=$((total + 10#0${BASH_REMATCH[1]} * factor + 10#${fraction:0:6} * factor / 1000000))
  done
  [[ $2 != -* ]] || total=-$total
  echo "$total"
}

check_arguments() {
  [[ $root ]] || fatal 'required flag: --root must be specified'
  [[ $repo ]] || fatal 'required flag: --repo must be specified'
  [[ $ref ]] || fatal 'required flag: --ref must be specified'
  ((depth >= 0)) || fatal 'invalid flag: --depth must be greater than or equal to 0'
  [[ $submodules =~ ^(recursive|shallow|off)$ ]] ||
    fatal 'invalid flag: --submodules must be one of "recursive", "shallow", or "off"'
  [[ $git_gc =~ ^(auto|always|aggressive|off)$ ]] ||
    fatal 'invalid flag: --git-gc must be one of "auto", "always", "aggressive", or "off"'
  ((period >= 10000)) || fatal 'invalid flag: --period must be at least 10ms'
  [[ ! $init_period ]] || ((init_period >= 10000)) || fatal 'invalid flag: --init-period must be at least 10ms'
  [[ ! $sync_on_signal || $sync_on_signal == SIGHUP ]] || fatal "this stand-in knows no other --sync-on-signal than SIGHUP"
  [[ $http_bind || $http_metrics == false ]] ||
    fatal 'required flag: --http-bind must be specified when --http-metrics is set'
  ((sync_timeout >= 10000)) || fatal 'invalid flag: --sync-timeout must be at least 10ms'
  if [[ $exechook_command ]]; then
    ((exechook_timeout >= 1000000)) || fatal 'invalid flag: --exechook-timeout must be at least 1s'
    ((exechook_backoff >= 1000000)) || fatal 'invalid flag: --exechook-backoff must be at least 1s'
  fi
  if [[ $webhook_url ]]; then
    [[ $webhook_url == http://* ]] || fatal 'this stand-in calls no other --webhook-url than one of http'
    ((webhook_timeout >= 1000000)) || fatal 'invalid flag: --webhook-timeout must be at least 1s'
    ((webhook_backoff >= 1000000)) || fatal 'invalid flag: --webhook-backoff must be at least 1s'
  fi
  if [[ $username ]]; then
    [[ $password_file ]] || fatal 'required flag: --password-file must be specified when --username is specified'
    [[ ! $repo =~ ^[a-z]+://[^/]*@ ]] ||
      fatal 'invalid flag: credentials may not be specified in --repo when --username is specified'
  elif [[ $password_file ]]; then
    fatal 'invalid flag: --password-file may only be specified when --username is specified'
  fi
  ((${#ssh_key_files[@]})) || ssh_key_files=(/etc/git-secret/ssh)
  mkdir -p "$root" && root=$(realpath "$root") || fatal "can't make root dir: $root"
  [[ $link ]] || link=$(basename "$repo")
  # "The path may be absolute or relative, in which case it is relative to --root": --link, --error-file, --touch-file.
  [[ $link == /* ]] || link=$root/$link
  [[ ! $error_file || $error_file == /* ]] || error_file=$root/$error_file
  [[ ! $touch_file || $touch_file == /* ]] || touch_file=$root/$touch_file
}

# git-sync would heed these; a test that sets one must learn that the stand-in does not.
refuse_environment() {
  local name
  for name in "${!GITSYNC_@}" "${!GIT_SYNC_@}"; do
    [[ $name == GITSYNC_USERNAME ]] || fatal "unknown environment variable: $name"
  done
}
