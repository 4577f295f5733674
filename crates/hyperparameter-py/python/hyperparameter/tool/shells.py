"""The scripts that make a shell ask ``hp complete`` for a program: what ``--print-completion SHELL`` prints."""

from __future__ import annotations

import os
import shlex
import sys

from hyperparameter.tool.line import SHELLS

_BASH = """\
# Completion of {command} in bash. Once, now:  eval "$({command} --print-completion bash)"
# For every new shell:  {command} --print-completion bash > ~/.local/share/bash-completion/completions/{command}
{function}() {{
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(COMP_LINE="${{COMP_LINE:0:COMP_POINT}}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        {hp} complete --shell bash --command "$1" {file} 2>/dev/null)
}}
complete -o nospace -o bashdefault -o default -F {function} {command}
"""

_ZSH = """\
#compdef {command}
# Completion of {command} in zsh. Once, now:  eval "$({command} --print-completion zsh)"
# For every new shell: as _{command} in a folder of $fpath, before compinit runs.
{function}() {{
    local line text
    local -a open closed open_shown closed_shown
    for line in "${{(@f)$({hp} complete --shell zsh --command "${{(Q)words[1]}}" {file} -- \\
        "${{(@Q)words[2,CURRENT-1]}}" "${{(Q)PREFIX}}" 2>/dev/null)}}"; do
        [[ -n $line ]] || continue
        text=${{line%%$'\\t'*}}
        [[ $line == *$'\\t'* ]] && line="$text  -- ${{line#*$'\\t'}}"
        if [[ $text == *= ]]; then
            open+=("$text"); open_shown+=("$line")
        else
            closed+=("$text"); closed_shown+=("$line")
        fi
    done
    if (( ! $#open && ! $#closed )); then
        _files
        return
    fi
    (( $#open )) && compadd -S '' -l -d open_shown -a open
    (( $#closed )) && compadd -l -d closed_shown -a closed
    return 0
}}
if [[ $funcstack[1] == _{command} ]]; then
    {function} "$@"
else
    compdef {function} {command}
fi
"""

_FISH = """\
# Completion of {command} in fish. Once, now:  {command} --print-completion fish | source
# For every new shell:  {command} --print-completion fish > ~/.config/fish/completions/{command}.fish
function {function}
    set -l typed (commandline -opc)
    set -l found ({hp} complete --shell fish --command $typed[1] {file} -- $typed[2..-1] (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c {command} -f -k -a '({function})'
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def script(shell: str, program: str) -> str:
    """The script for one shell and one program: ``program`` is its file, as in ``sys.argv[0]``.

    A person types the file's name, with folders or without: ``./app.py`` and an entry point are covered alike. ``"hp"`` is
    the tool itself.
    Raises ``KeyError`` for a shell that is not known.

    >>> print(script("fish", "/home/me/app.py").splitlines()[-1])
    complete -c app.py -f -k -a '(_hp_complete_app_py)'
    """
    command, file = os.path.basename(program), program if program == "hp" else os.path.abspath(program)
    function = "_hp_complete_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in command)
    return _SCRIPTS[shell].format(
        command=_quoted(command, shell),
        function=function,
        file=_quoted(file, shell),
        hp=" ".join(_quoted(word, shell) for word in hp_command()),
    )


def _quoted(word: str, shell: str) -> str:
    if shell == "fish" and not word.replace("/", "").replace(".", "").replace("-", "").replace("_", "").isalnum():
        return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return shlex.quote(word)


def hp_command() -> list[str]:
    """The ``hp`` of this Python; as a module if there is no script."""
    for name in ("hp", "hp.exe"):
        path = os.path.join(os.path.dirname(sys.executable), name)
        if os.access(path, os.X_OK):
            return [path]
    return [sys.executable, "-m", "hyperparameter"]


__all__ = ["SHELLS", "hp_command", "script"]
