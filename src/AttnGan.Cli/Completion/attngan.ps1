# Completion of attngan for PowerShell. In $PROFILE: attngan completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName attngan, attngan-train -ScriptBlock {
    param($word, $command, $position)
    $line = $command.ToString().PadRight($position).Substring(0, $position) -replace '^\s*\S+\s', ''
    & $command.CommandElements[0].Value completion list -- $line 2>$null | ForEach-Object {
        $label, $description = $_ -split "`t", 2
        [System.Management.Automation.CompletionResult]::new($label, $label, 'ParameterValue', $description)
    }
}
