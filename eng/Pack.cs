// Makes the packages of the libraries and of the two tools for this platform in artifacts/packages, lists what each consists of in
// artifacts/sbom (CycloneDX), installs `attngan` into an empty home, and uses it: dotnet run eng/Pack.cs [-- --without-training]

#:property PublishAot=false
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

const double MaxToolMegabytes = 40;

string root = RepositoryRoot();
string packages = Path.Combine(root, "artifacts", "packages");
string manuals = Path.Combine(root, "artifacts", "man");
string sboms = Path.Combine(root, "artifacts", "sbom");
string rid = RuntimeInformation.RuntimeIdentifier;
string[] libraries = ["AttnGan", "AttnGan.Extensions.AI"];
(string Project, string Command)[] tools = args.Contains("--without-training")
    ? [("AttnGan.Cli", "attngan")]
    : [("AttnGan.Cli", "attngan"), ("AttnGan.Train.Cli", "attngan-train")];

foreach (string folder in (string[])[packages, manuals, sboms])
{
    if (Directory.Exists(folder))
    {
        Directory.Delete(folder, recursive: true);
    }

    Directory.CreateDirectory(folder);
}

// Manual pages have the commit's date, where there is one.
bool hasGit = Path.Exists(Path.Combine(root, ".git")) && Environment.GetEnvironmentVariable("MinVerSkip") != "true";
(string, string)[] date = hasGit ? [("SOURCE_DATE_EPOCH", Run("git", ["log", "-1", "--format=%ct"], root).Trim())] : [];
foreach (string library in libraries)
{
    Run("dotnet", ["pack", $"src/{library}", "-c", "Release", "-o", packages, "-v", "q"], root);
}

foreach ((string project, string command) in tools)
{
    string manual = Path.Combine(manuals, $"{command}.1");
    File.WriteAllText(manual, Run("dotnet", ["run", "-c", "Release", "--project", $"src/{project}", "--", "manual"], root, date));
    string[] pack = ["pack", $"src/{project}", "-c", "Release", "-o", packages, "-v", "q", $"-p:ManualPage={manual}"];
    Run("dotnet", [.. pack, "-p:PublishReadyToRun=true"], root);
    // The package that people name: it refers to those of the platforms.
    Run(
        "dotnet",
        [.. pack, "--no-build", "-p:UseCurrentRuntimeIdentifier=false", "-p:CreateRidSpecificToolPackages=false", "-p:LocksPackages=false"],
        root);
}

foreach (FileInfo package in new DirectoryInfo(packages).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{package.Name}: {package.Length / 1e6:F1} MB"));
}

FileInfo tool = new DirectoryInfo(packages).GetFiles($"AttnGan.Cli.{rid}.*.nupkg").Single();
if (tool.Length > MaxToolMegabytes * 1e6)
{
    throw new InvalidOperationException($"`{tool.Name}` has more than {MaxToolMegabytes} MB.");
}

string version = tool.Name[$"AttnGan.Cli.{rid}.".Length..^".nupkg".Length];
Run("dotnet", ["tool", "restore"], root);
foreach (string project in libraries.Concat(tools.Select(tool => tool.Project)))
{
    string[] from = [$"src/{project}/{project}.csproj", "--recursive", "--disable-package-restore"];
    string[] named = ["--set-name", project, "--set-version", version, "--output", sboms, "--filename", $"{project}.cdx.json"];
    Run("dotnet", ["dotnet-CycloneDX", .. from, .. named, "--output-format", "Json"], root);
    using var sbom = JsonDocument.Parse(File.ReadAllText(Path.Combine(sboms, $"{project}.cdx.json")));
    JsonElement[] components = [.. sbom.RootElement.GetProperty("components").EnumerateArray()];
    int unlicensed = components.Count(component => !component.TryGetProperty("licenses", out _));
    Console.WriteLine($"{project}.cdx.json: {components.Length} components, {unlicensed} without a license");
}

DirectoryInfo home = Directory.CreateTempSubdirectory("attngan-home-");
try
{
    await TryAsync(home.FullName);
}
finally
{
    home.Delete(recursive: true);
}

return 0;

// What a new user does: install, generate, serve, call.
async Task TryAsync(string home)
{
    (string Name, string Value)[] empty =
    [
        ("HOME", home),
        ("USERPROFILE", home),
        ("DOTNET_CLI_HOME", home),
        ("NUGET_PACKAGES", Path.Combine(home, "packages")),
        ("DOTNET_ROOT", Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory())),
    ];
    string attngan = Path.Combine(home, "tools", OperatingSystem.IsWindows() ? "attngan.exe" : "attngan");
    Run("dotnet", ["tool", "install", "AttnGan.Cli", "--version", version, "--source", packages, "--tool-path", "tools"], home, empty);
    Console.Write(Run(attngan, ["generate", "a red heart", "--seed", "1"], home, empty));
    Run(attngan, ["completion", "list", "--", "gen"], home, empty);

    var start = new ProcessStartInfo(attngan, ["serve", "--urls", "http://127.0.0.1:0"])
    {
        WorkingDirectory = home,
        RedirectStandardOutput = true,
    };
    Array.ForEach(empty, variable => start.Environment[variable.Name] = variable.Value);
    using Process server = Process.Start(start)!;
    try
    {
        string line;
        do
        {
            line = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("`attngan serve` ended.");
        }
        while (!line.StartsWith("Listening at ", StringComparison.Ordinal));
        Console.WriteLine(line);
        using var client = new HttpClient { BaseAddress = new Uri(line.Split(' ')[2]) };
        var request = new { prompt = "a red heart", seed = 1 };
        using HttpResponseMessage response = await client.PostAsJsonAsync("v1/images/generations", request);
        JsonElement image = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data")[0];
        byte[] file = File.ReadAllBytes(Path.Combine(home, "out", "a-red-heart-s1.png"));
        bool same = image.GetProperty("b64_json").GetBytesFromBase64().SequenceEqual(file);
        Console.WriteLine(same ? "The server returned the same image." : throw new InvalidOperationException("The images differ."));
    }
    finally
    {
        server.Kill(entireProcessTree: true);
        await server.WaitForExitAsync();
    }
}

static string Run(string program, string[] arguments, string folder, params (string Name, string Value)[] variables)
{
    var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
    Array.ForEach(variables, variable => start.Environment[variable.Name] = variable.Value);
    Console.Error.WriteLine($"> {program} {string.Join(' ', arguments)}");
    using Process process = Process.Start(start)!;
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException($"Exit code {process.ExitCode}.\n{output}");
}

static string RepositoryRoot()
{
    string? directory = Directory.GetCurrentDirectory();
    while (directory is not null && !File.Exists(Path.Combine(directory, "AttnGan.slnx")))
    {
        directory = Path.GetDirectoryName(directory);
    }

    return directory ?? throw new InvalidOperationException("Run this within the repository: no AttnGan.slnx found.");
}
