using AttnGan.Generation;
using AttnGan.Server.Errors;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

/// <summary>
/// Runs clients of npm against the server: <c>node --test tests/AttnGan.Server.Tests/Clients/*.test.js</c>. They need Node 20.19 and
/// <c>npm ci --ignore-scripts --prefix tests/AttnGan.Server.Tests/Clients</c>.
/// </summary>
public sealed class JavaScriptClientTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests/AttnGan.Server.Tests/Clients");

    [Fact]
    public async Task Clients_of_npm_generate_images()
    {
        await SkipUnlessInstalledAsync();
        await using var factory = new ServerFactory(("api-key", "secret"))
        {
            CreateGenerator = pipeline => new RefusingFirst(new PipelineGenerator(pipeline)),
        };

        (int exitCode, string output) = await NodeProcess.RunAsync(
            [("ATTNGAN_URL", Start(factory)), ("ATTNGAN_KEY", "secret")], "--test", Path.Combine(s_folder, "clients.test.js"));

        Assert.True(exitCode == 0, output);
        Assert.Contains("pass 7", output);
    }

    [Fact]
    public async Task The_inspector_of_the_agents_protocol_calls_tools()
    {
        await SkipUnlessInstalledAsync();
        await using var factory = new ServerFactory(("api-key", "secret"), ("mcp", "true"));
        string[] inspect =
        [
            Path.Combine(s_folder, "node_modules/.bin/mcp-inspector"), "--cli", $"{Start(factory)}/mcp", "--transport", "http",
            "--header", "X-Api-Key: secret",
        ];

        (int exitCode, string output) = await NodeProcess.RunAsync([], [.. inspect, "--method", "tools/list"]);
        Assert.True(exitCode == 0, output);
        Assert.All(["generate", "explain", "vocabulary"], tool => Assert.Contains($"\"name\": \"{tool}\"", output));

        (exitCode, output) = await NodeProcess.RunAsync(
            [], [.. inspect, "--method", "tools/call", "--tool-name", "generate", "--tool-arg", "caption=a red heart", "seed=7"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("\"mimeType\": \"image/png\"", output);
        Assert.Contains("a red heart", output);
        Assert.Contains("seed 7, style noto, 128 x 128 pixels.", output);
    }

    private static async Task SkipUnlessInstalledAsync()
    {
        await NodeProcess.SkipUnlessInstalledAsync();
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(s_folder, "node_modules")),
            "The clients are not installed: run `npm ci --ignore-scripts --prefix tests/AttnGan.Server.Tests/Clients`.");
    }

    private static string Start(ServerFactory factory)
    {
        factory.UseKestrel(0);
        factory.StartServer();
        using HttpClient client = factory.CreateClient();
        return client.BaseAddress!.ToString().TrimEnd('/');
    }

    /// <summary>A generator whose first two batches find the queue full.</summary>
    private sealed class RefusingFirst(IBatchGenerator inner) : IBatchGenerator
    {
        private int _refused;

        public GeneratedImage[] Generate(
            IReadOnlyList<GenerationRequest> images,
            GenerationOptions options,
            Action<GeneratedStage>? onStage,
            CancellationToken cancellation) => ++_refused <= 2
                ? throw new QueueFullException(TimeSpan.FromSeconds(1))
                : inner.Generate(images, options, onStage, cancellation);

        public IEnumerable<GeneratedImage> Interpolate(
            GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation) =>
            inner.Interpolate(from, to, frames, options, cancellation);
    }
}
