// Builds and runs all tests, then says in one line how many passed: dotnet run eng/Test.cs [-- arguments for dotnet test]

#:property PublishAot=false
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

string[] summaryNames = ["succeeded", "failed", "skipped"];
Dictionary<string, int> counts = summaryNames.ToDictionary(name => name, _ => 0);

var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = RepositoryRoot() };
foreach (string argument in (string[])["test", "--solution", "AttnGan.slnx", "-c", "Release", "--no-progress", "--no-ansi", .. args])
{
    start.ArgumentList.Add(argument);
}

// The summary is read below; in other languages it has other words.
start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

using Process test = Process.Start(start)!;
while (test.StandardOutput.ReadLine() is { } line)
{
    Console.WriteLine(line);
    Match count = Regex.Match(line, @"^\s+(succeeded|failed|skipped): (\d+)$");
    if (count.Success)
    {
        counts[count.Groups[1].Value] = int.Parse(count.Groups[2].Value, CultureInfo.InvariantCulture);
    }
}

test.WaitForExit();
Console.WriteLine($"{counts["succeeded"]} passed, {counts["failed"]} failed, {counts["skipped"]} skipped");
return test.ExitCode;

static string RepositoryRoot()
{
    string? directory = Directory.GetCurrentDirectory();
    while (directory is not null && !File.Exists(Path.Combine(directory, "AttnGan.slnx")))
    {
        directory = Path.GetDirectoryName(directory);
    }

    return directory ?? throw new InvalidOperationException("Run this within the repository: no AttnGan.slnx found.");
}
