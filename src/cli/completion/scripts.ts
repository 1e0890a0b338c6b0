/**
 * What each shell runs when somebody presses Tab: it asks `sidecar __complete` with the words up to the cursor, and
 * never evaluates them. The last line of the answer is `:0` for files, `:16` for folders, `:4` for neither, and `:6`
 * where no space follows.
 */
export const scripts = {
  bash: `# Completion of sidecar for bash 4 and later.
_sidecar() {
  local words=() word line i last
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    last=$((\${#words[@]} - 1))
    # bash makes three words of --output=json.
    if ((last >= 0)) && [[ \${words[last]} == --* && ($word == '=' || \${words[last]} == *=) ]]; then
      words[last]+=$word
    else
      words+=("$word")
    fi
  done
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :0) compopt -o default ;;
      :16) compopt -o dirnames ;;
      :6) compopt -o nospace ;;
      :*) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(sidecar __complete "\${words[@]}" 2>/dev/null </dev/null)
}
complete -F _sidecar sidecar
`,
  zsh: `#compdef sidecar
# Completion of sidecar for zsh.
_sidecar() {
  local -a lines described
  local line directive
  lines=("\${(@f)$(sidecar __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  directive=\${lines[-1]}
  lines[-1]=()
  for line in $lines; do
    if [[ $line == *$'\\t'* ]]; then
      described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else
      described+=("\${line//:/\\\\:}")
    fi
  done
  compset -P '--*='
  case $directive in
    :0) _files ;;
    :16) _files -/ ;;
    :6) _describe sidecar described -S '' ;;
    *) _describe sidecar described ;;
  esac
}
if [[ $funcstack[1] == _sidecar ]]; then
  _sidecar
else
  compdef _sidecar sidecar
fi
`,
  fish: `# Completion of sidecar for fish.
function __sidecar_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (sidecar __complete $before[2..-1] "$current" 2>/dev/null </dev/null)
    set -l directive "$lines[-1]"
    set -e lines[-1]
    set -l prefix (string match -r -- '^--[^=]+=' "$current")
    set -l value (string replace -r -- '^--[^=]+=' '' "$current")
    switch $directive
        case :0
            set lines (__fish_complete_path "$value")
        case :16
            set lines (__fish_complete_directories "$value" '')
    end
    for line in $lines
        printf '%s\\n' "$prefix$line"
    end
end
complete -c sidecar -f -a '(__sidecar_complete)'
`,
  powershell: `# Completion of sidecar for PowerShell.
Register-ArgumentCompleter -Native -CommandName sidecar -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -le $cursorPosition } | ForEach-Object { $_.Extent.Text })
  if ($wordToComplete -eq '') {
    # Older ones pass no empty argument.
    $isOld = $PSVersionTable.PSVersion -lt [version]'7.3' -or $PSNativeCommandArgumentPassing -eq 'Legacy'
    $words += if ($isOld) { '""' } else { '' }
  }
  $lines = @(& sidecar __complete @words 2>$null)
  $prefix = if ($wordToComplete -match '^--[^=]+=') { $Matches[0] } else { '' }
  foreach ($line in $lines) {
    if ($line -match '^:(\\d+)$') {
      # An empty text keeps PowerShell from suggesting files.
      if ($Matches[1] -in '4', '6' -and $lines.Count -eq 1) { '' }
      continue
    }
    $value, $help = $line -split "\`t", 2
    $tip = if ($help) { $help } else { $value }
    [System.Management.Automation.CompletionResult]::new("$prefix$value", $value, 'ParameterValue', $tip)
  }
}
`,
  kubectl: `#!/bin/sh
# kubectl calls kubectl_complete-sidecar to complete kubectl sidecar.
exec kubectl sidecar __complete "$@"
`,
} as const;

type Shell = keyof typeof scripts;

export const shells = Object.keys(scripts);

export function isShell(text: string): text is Shell {
  return Object.hasOwn(scripts, text);
}
