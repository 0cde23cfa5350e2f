/// A shell that completes the command lines of a program, which it asks for what is possible: so
/// names of networks that were defined a moment ago are among it.
public enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// The script that tells the shell to ask `program --complete WORD…`, whose answer is a word a
  /// line, or the line `:files`.
  public func script(program: String) -> String {
    switch self {
    case .bash:
      """
      _\(program)() {
        local words
        words=$(\(program) --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
        if [ "$words" = :files ]; then
          compopt -o filenames
          COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
          return
        fi
        local IFS=$'\\n' word
        COMPREPLY=()
        for word in $(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"); do
          COMPREPLY+=("$(printf %q "$word")")
        done
      }
      complete -F _\(program) \(program)

      """
    case .zsh:
      """
      #compdef \(program)
      _\(program)() {
        local -a candidates
        candidates=("${(@f)$(\(program) --complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
        if [[ $candidates[1] == :files ]]; then
          _files
        else
          compadd -a candidates
        fi
      }
      compdef _\(program) \(program)

      """
    case .fish:
      """
      function __\(program)_complete
        set -l words (commandline -opc) (commandline -ct)
        set -l candidates (\(program) --complete $words[2..-1] 2>/dev/null)
        if test "$candidates" = :files
          __fish_complete_path (commandline -ct)
        else
          printf '%s\\n' $candidates
        end
      end
      complete -c \(program) -f -a '(__\(program)_complete)'

      """
    }
  }
}
