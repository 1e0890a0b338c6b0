# --http-bind: "the '/' URL returns a 5xx error until the first sync is complete, and a 200 status thereafter".
# --http-metrics: "metrics on git-sync's HTTP endpoint at /metrics".

http_server=''
declare -A syncs=([success]=0 [noop]=0 [error]=0)

serve_http() {
  [[ ! $http_bind ]] || {
    perl "$here/http.pl" "$http_bind" "$work" "$http_metrics" &
    http_server=$!
  }
}

# count <success|noop|error>: of git_sync_count_total. What is not an error makes the repository ready.
count() {
  local state
  syncs[$1]=$((${syncs[$1]} + 1))
  for state in "${!syncs[@]}"; do
    echo "git_sync_count_total{status=\"$state\"} ${syncs[$state]}"
  done >"$work/metrics.new"
  mv "$work/metrics.new" "$work/metrics"
  [[ $1 == error ]] || touch "$work/ready"
}
