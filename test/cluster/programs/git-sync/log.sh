# log <level|error> <message> [<key> <value>]...: one line of JSON on stderr, shaped like git-sync's. An error is in
# --error-file too, until a sync succeeds.
log() {
  local level=$1 line now=$EPOCHREALTIME
  [[ $level != error || ! $error_file ]] || echo "{\"Msg\":$(json "$2")}" >"$error_file"
  printf -v line '{"logger":"","ts":"%(%F %T)T.%s","msg":%s' "${now%.*}" "${now#*.}" "$(json "$2")"
  [[ $level == error ]] || line+=",\"level\":$level"
  shift 2
  while (($#)); do
    line+=",$(json "$1"):$(json "$2")"
    shift 2
  done
  printf '%s}\n' "$line" >&2
}

# A text as JSON.
json() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"} text=${text//$'\n'/\\n} text=${text//$'\t'/\\t} text=${text//$'\r'/\\r}
  text=${text//[[:cntrl:]]/?}
  printf '"%s"' "$text"
}

fatal() {
  log error "$1"
  exit 1
}

# Microseconds as the seconds that sleep and timeout read.
seconds() { printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)); }
