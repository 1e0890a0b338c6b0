# The repository below --root: fetched, checked out as <root>/.worktrees/<hash>, published by a relative symlink.

hash='' changed='' problem='' sync_count=0

# A private configuration, as git-sync has it, and a place for what one process tells another.
prepare_git() {
  local temporary=${TMPDIR:-/tmp}
  GIT_CONFIG_GLOBAL=$(mktemp "$temporary/git-sync.gitconfig.XXXXXX") || fatal "can't create gitconfig file"
  work=$(mktemp -d "$temporary/git-sync.work.XXXXXX") || fatal "can't create a directory in $temporary"
  GIT_SSH_COMMAND="ssh$(printf ' -i %s' "${ssh_key_files[@]}") -o StrictHostKeyChecking=no"
  [[ $ssh_known_hosts == false ]] || GIT_SSH_COMMAND="${GIT_SSH_COMMAND%no}yes -o UserKnownHostsFile=$ssh_known_hosts_file"
  export GIT_CONFIG_GLOBAL GIT_SSH_COMMAND GIT_CONFIG_NOSYSTEM=true
  git config --global gc.autoDetach false &&
    git config --global gc.pruneExpire now &&
    git config --global credential.helper 'cache --timeout 3600' &&
    git config --global core.askPass true &&
    git config --global safe.directory '*' || fatal "can't set default git configs"
}

# git within what is left of --sync-timeout: leaves what it prints in $output, why it failed in $problem.
run() {
  local status left=$((deadline - ${EPOCHREALTIME/./}))
  ((left > 0)) || { problem='context deadline exceeded'; return 1; }
  # The first redirection is for bash, which may find that folder gone at the end.
  output=$(timeout --foreground "$(seconds "$left")" git "$@" 2>/dev/null 2>"$work/stderr") && return
  status=$?
  problem="Run(git $*): exit status $status: $(<"$work/stderr")"
  return 1
}

# One sync. Sets $hash, and $changed if that is another one than before.
sync_once() {
  local current current_hash=''
  store_credentials && init_repository || return
  current=$(readlink "$link") && current=$(realpath -ms "$(dirname "$link")/$current") && current_hash=${current##*/}
  local history=()
  if ((depth > 0)); then
    history=(--depth "$depth")
  elif [[ -e $root/.git/shallow ]]; then
    history=(--unshallow)
  fi
  run -C "$root" fetch "$repo" "$ref" --verbose --no-progress --prune --no-auto-gc "${history[@]}" &&
    run -C "$root" rev-parse 'FETCH_HEAD^{}' || return
  hash=$output changed=
  worktree=$root/.worktrees/$hash
  [[ $current == "$worktree" ]] && worktree_is_sound || changed=yes
  if [[ $changed || $sync_count == 0 ]]; then
    run -C "$root" reset --soft "$hash" -- || return
    [[ ! $changed ]] || create_worktree || return
    configure_worktree || return
    [[ ! $changed ]] || publish || return
    [[ $current == "$worktree" || ! -e $current ]] || touch "$current"
    sync_count=$((sync_count + 1))
    log 0 'updated successfully' ref "$ref" remote "$hash" syncCount "$sync_count"
  fi
}

# The password file is read anew before each sync.
store_credentials() {
  [[ $username ]] || return 0
  local password
  password=$(cat "$password_file" 2>&1) || { problem="credential refresh failed: $password"; return 1; }
  run credential approve <<<"url=$repo"$'\n'"username=$username"$'\n'"password=$password"
}

# A root that is no sound repository is emptied.
init_repository() {
  mkdir -p "$root"
  if ! repository_is_sound; then
    (shopt -s dotglob nullglob && rm -rf -- "$root"/*) && run -C "$root" init -b git-sync || return
  fi
  if run -C "$root" remote get-url origin; then
    [[ $output == "$repo" ]] || run -C "$root" remote set-url origin "$repo"
  else
    run -C "$root" remote add origin "$repo"
  fi
}

# The manual says nothing about locks. Of those that a killed git leaves behind, git-sync looks for shallow.lock only, since
# v4.3 (sanityCheckRepo in main.go, kubernetes/git-sync#914); git itself fails at any other one.
repository_is_sound() {
  [[ -e $root/.git && ! -e $root/.git/shallow.lock ]] &&
    run -C "$root" rev-parse --show-toplevel && [[ $output == "$root" ]] &&
    run -C "$root" fsck --no-progress --connectivity-only
}

worktree_is_sound() {
  run -C "$worktree" rev-parse HEAD && [[ $output == "$hash" ]] &&
    run -C "$worktree" fsck --no-progress --connectivity-only
}

create_worktree() {
  rm -rf "$worktree"
  run -C "$root" worktree prune &&
    run -C "$root" worktree add --force --detach "$worktree" "$hash" --no-checkout
}

configure_worktree() {
  local info=$root/.git/worktrees/$hash/info
  echo "gitdir: ../../.git/worktrees/$hash" >"$worktree/.git"
  # --sparse-checkout-file: "controls which files and directories will be checked out".
  rm -f "$info/sparse-checkout"
  if [[ $sparse_checkout_file ]]; then
    problem="can't read $sparse_checkout_file"
    mkdir -p "$info" && cp "$sparse_checkout_file" "$info/sparse-checkout" || return
    run -C "$worktree" sparse-checkout init || return
  fi
  run -C "$worktree" reset --hard "$hash" -- || return
  [[ $submodules != off ]] || return 0
  local options=()
  [[ $submodules != recursive ]] || options+=(--recursive)
  [[ $depth == 0 ]] || options+=(--depth "$depth")
  run -C "$worktree" submodule update --init "${options[@]}"
}

publish() {
  local directory
  directory=$(dirname "$link")
  # A tmp-link that a kill has left is an error, as for git-sync (publishSymlink in main.go).
  mkdir -p "$directory" &&
    ln -sT "$(realpath -ms --relative-to="$directory" "$worktree")" "$directory/tmp-link" 2>/dev/null &&
    mv -T "$directory/tmp-link" "$link" && return
  problem="error creating symlink: $directory/tmp-link"
  return 1
}

# --stale-worktree-timeout: "the length of time to retain stale (not the current link target) worktrees before being
# removed", "during the next sync attempt", by default "immediately". --git-gc counts where one was removed.
remove_stale() {
  local each removed=
  for each in "$root"/.worktrees/*; do
    [[ $each != "$worktree" ]] || continue
    (((EPOCHSECONDS - $(stat -c %Y "$each")) * 1000000 >= stale_worktree_timeout)) || continue
    rm -rf "$each"
    removed=yes
  done
  [[ $removed ]] || return 0
  run -C "$root" worktree prune --verbose &&
    run -C "$root" reflog expire --expire-unreachable=all --all || return
  case $git_gc in
    off) ;;
    always) run -C "$root" gc ;;
    *) run -C "$root" gc "--$git_gc" ;;
  esac
}
