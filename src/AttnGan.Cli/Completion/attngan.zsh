#compdef attngan attngan-train
# Completion of attngan for zsh. In ~/.zshrc, after compinit: source <(attngan completion zsh)
_attngan() {
  local -a found
  local label description line="${LBUFFER#* }"
  while IFS=$'\t' read -r label description; do
    found+=("${label//:/\\:}:$description")
  done < <("${words[1]}" completion list -- "$line" 2>/dev/null)
  if (( $#found )); then
    _describe attngan found
  else
    _files
  fi
}
compdef _attngan attngan attngan-train
