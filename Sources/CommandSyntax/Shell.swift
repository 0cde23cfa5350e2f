/// A shell that completes the command lines of a program, which it asks for what is possible: so
/// names of networks that were defined a moment ago are among it.
public enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// The script that tells the shell to ask `program --complete WORD…`, whose answer is a word a
  /// line, or the line `:files`.
  public func script(program: String) -> String {
    switch self {
    case .bash:
      #"""
      # Names of networks and the like are never expanded: they are others' choice.
      _\#(program)() {
        local -a words=()
        local word answer last prefix glued=
        # Bash takes words apart at = and : as well.
        for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
          if [[ ${#words[@]} -gt 0 && ( $glued || $word == [=:] ) ]]; then
            words[-1]+=$word
          else
            words+=("$word")
          fi
          if [[ $word == [=:] ]]; then glued=1; else glued=; fi
        done
        last=${words[-1]}
        prefix=${last%"${COMP_WORDS[COMP_CWORD]}"}
        if [[ ${COMP_WORDS[COMP_CWORD]} == [=:] ]]; then prefix=$last; fi
        last=${last//\\/}
        words[-1]=$last
        COMPREPLY=()
        answer=$(\#(program) --complete "${words[@]}" 2>/dev/null)
        if [[ $answer == :files ]]; then
          compopt -o filenames 2>/dev/null
          if [[ $last == --*=* ]]; then last=${last#*=}; fi
          while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$last")
          return
        fi
        while IFS= read -r word; do
          if [[ $word && $word == "$last"* ]]; then
            COMPREPLY+=("$(printf %q "${word:${#prefix}}")")
          fi
        done <<<"$answer"
      }
      complete -F _\#(program) \#(program)

      """#
    case .zsh:
      #"""
      #compdef \#(program)
      _\#(program)() {
        local -a candidates
        candidates=("${(@f)$(\#(program) --complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
        if [[ $candidates[1] == :files ]]; then
          if [[ $PREFIX == --*=* ]]; then compset -P '--*='; fi
          _files
        elif [[ -n $candidates[1] ]]; then
          compadd -a -- candidates
        fi
      }
      # Loaded by its name, this file is the function at its first call; otherwise it is read.
      if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
        _\#(program) "$@"
      else
        compdef _\#(program) \#(program)
      fi

      """#
    case .fish:
      #"""
      function __\#(program)_complete
        set -l words (commandline -opc)
        set -e words[1]
        set -l last (commandline -ct)
        set -l candidates (\#(program) --complete $words "$last" 2>/dev/null)
        if test "$candidates" = :files
          set -l option (string match -r -- '^--[^=]*=' "$last")
          string replace -r -- '^' "$option" (__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$last"))
        else if set -q candidates[1]
          printf '%s\n' $candidates
        end
      end
      complete -c \#(program) -f -a '(__\#(program)_complete)'

      """#
    }
  }
}
