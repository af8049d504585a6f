# Completion of attngan for bash. In ~/.bashrc: source <(attngan completion bash)
_attngan() {
  local line=${COMP_LINE:0:COMP_POINT} IFS=$'\n'
  COMPREPLY=($("${COMP_WORDS[0]}" completion list -- "${line#* }" 2>/dev/null | cut -f 1))
}
complete -o default -F _attngan attngan attngan-train
