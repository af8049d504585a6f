# Completion of attngan for fish. In ~/.config/fish/config.fish: attngan completion fish | source
function __attngan_complete
    set -l words (commandline --tokenize --cut-at-cursor)
    set -l line (commandline --current-process --cut-at-cursor | string replace --regex '^\s*\S+\s' '')
    set -l found ($words[1] completion list -- "$line" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline --current-token)
    end
end
complete --command attngan --no-files --arguments '(__attngan_complete)'
complete --command attngan-train --no-files --arguments '(__attngan_complete)'
