/** The shells that can complete the command. @category model */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** What a completion answers where names of files are wanted, which the shell completes by itself. @category constants */
export const filesWanted = ':files';

// Candidates come from what users wrote: no shell may expand them, so that they are neither words for `compgen -W` nor for `eval`.
const scripts: Readonly<Record<Shell, string>> = {
  bash: `# account-data completion for bash: source <(account-data completion bash)
_account_data() {
  local candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [ "$candidate" = ${filesWanted} ]; then compopt -o default; else COMPREPLY+=("$candidate"); fi
  done < <(COMP_WORDBREAKS="$COMP_WORDBREAKS" account-data __complete bash -- "\${COMP_LINE:0:COMP_POINT}" "\${COMP_WORDS[@]:1}" 2>/dev/null)
}
complete -F _account_data account-data
`,
  zsh: `#compdef account-data
# account-data completion for zsh: source <(account-data completion zsh), or as the file _account_data in $fpath
_account_data() {
  local -a before candidates
  before=("\${(@Q)words[1,CURRENT-1]}")
  candidates=("\${(@f)$(account-data __complete zsh -- "\${(@)before}" "\${(Q)PREFIX}" 2>/dev/null)}")
  if [[ $candidates[1] == ${filesWanted} ]]; then
    _files
  elif [[ -n $candidates[1] ]]; then
    _describe account-data candidates
  fi
}
if [[ $funcstack[1] == _account_data ]]; then _account_data "$@"; else compdef _account_data account-data; fi
`,
  fish: `# account-data completion for fish: account-data completion fish | source
function __account_data_complete
  set -l candidates (account-data __complete fish -- (commandline -opc) (commandline -ct) 2>/dev/null)
  if test "$candidates[1]" = ${filesWanted}
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $candidates
  end
end
complete -c account-data -f -a '(__account_data_complete)'
`,
};

/** What a shell reads to complete the command. @category destructors */
export const shellScript = (shell: Shell): string => scripts[shell];
