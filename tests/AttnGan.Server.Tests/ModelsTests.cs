using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace AttnGan.Server.Tests;

public sealed class ModelsTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_bundled_models_are_described()
    {
        JsonArray models = (await server.Client.GetAsync("/v1/models", HttpStatusCode.OK))["models"]!.AsArray();

        Assert.Equal(
            [("emoji", true), ("shapes", false)], models.Select(model => ((string?)model!["name"], (bool)model["default"]!)));
        JsonNode model = models[0]!;
        Assert.Equal(server.Pipeline.Card.Description, (string?)model["description"]);
        Assert.Equal(server.Pipeline.Card.License, (string?)model["license"]);
        Assert.Equal(server.Pipeline.Card.Steps, (long)model["steps"]!);
        Assert.Equal([32, 64, 128], model["stageSizes"]!.AsArray().Select(size => (int)size!));
        Assert.Equal(server.Pipeline.Captions.Vocabulary.Count - 1, (int)model["vocabularySize"]!);
        Assert.Equal(16, (int)model["maxWords"]!);
        Assert.True(JsonNode.DeepEquals(model, await server.Client.GetAsync("/v1/models/emoji", HttpStatusCode.OK)));
    }

    [Fact]
    public async Task An_unknown_model_returns_404_with_the_available_names()
    {
        JsonNode problem = await server.Client.GetAsync("/v1/models/emoji.onnx", HttpStatusCode.NotFound);

        Assert.Equal(["emoji", "shapes"], problem["models"]!.AsArray().Select(name => (string?)name));
    }

    [Fact]
    public async Task Models_in_a_folder_are_loaded_on_first_use()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.BundledModel, folder.PathOf("émoji 2.onnx"));
        File.WriteAllText(folder.PathOf("broken.onnx"), "no model");
        File.WriteAllText(folder.PathOf("notes.txt"), "no model");
        await using var factory = new ServerFactory(("models", folder.Path));
        using HttpClient client = factory.CreateClient();

        // A request for one model loads no other, so the damaged one does no harm.
        using HttpRequestMessage request = Api.Post(
            "/v1/images", """{ "caption": "a star", "seed": 1, "model": "émoji 2" }""", "image/png");
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("%C3%A9moji%202", response.Headers.Header("X-Model"));
        Assert.Equal(server.File("a star", 1), await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Empty(factory.Log.Lines);

        JsonNode problem = await client.PostAsync(
            "/v1/images", """{ "caption": "a star", "model": "broken" }""", HttpStatusCode.InternalServerError);
        Assert.DoesNotContain(folder.Path, problem.ToJsonString());
        Assert.Contains(factory.Log.Lines, line => line.Contains("broken.onnx", StringComparison.Ordinal));
        JsonArray models = (await client.GetAsync("/v1/models", HttpStatusCode.OK))["models"]!.AsArray();
        Assert.Equal(["emoji", "émoji 2"], models.Select(model => (string?)model!["name"]));
        Assert.Equal([true, false], models.Select(model => (bool)model!["default"]!));
    }

    [Fact]
    public async Task Only_files_are_models()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The test creates a pipe.");
        using var folder = new TemporaryFolder();
        using (var makePipe = System.Diagnostics.Process.Start("mkfifo", [folder.PathOf("pipe.onnx")]))
        {
            await makePipe.WaitForExitAsync(Cancellation);
            Assert.Equal(0, makePipe.ExitCode);
        }

        Directory.CreateDirectory(folder.PathOf("folder.onnx"));
        File.WriteAllText(folder.PathOf("empty.onnx"), "");
        File.CreateSymbolicLink(folder.PathOf("link-to-pipe.onnx"), folder.PathOf("pipe.onnx"));
        File.CreateSymbolicLink(folder.PathOf("link-to-nothing.onnx"), folder.PathOf("nothing.onnx"));
        File.CreateSymbolicLink(folder.PathOf("link.onnx"), Repository.BundledModel);
        await using var factory = new ServerFactory(("models", folder.Path));
        using HttpClient client = factory.CreateClient();

        JsonArray models = (await client.GetAsync("/v1/models", HttpStatusCode.OK))["models"]!.AsArray();

        Assert.Equal(["emoji", "link"], models.Select(model => (string?)model!["name"]));
        Assert.Empty(factory.Log.Lines);
    }

    [Fact]
    public async Task A_pipe_cannot_be_the_default_model()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The test creates a pipe.");
        using var folder = new TemporaryFolder();
        using (var makePipe = System.Diagnostics.Process.Start("mkfifo", [folder.PathOf("pipe.onnx")]))
        {
            await makePipe.WaitForExitAsync(Cancellation);
        }

        await using WebApplication app = ServerApplication.Create([$"--model={folder.PathOf("pipe.onnx")}", "--urls=http://127.0.0.1:0"]);
        Assert.Contains("pipe or device", (await Assert.ThrowsAsync<AttnGanException>(app.ListenAsync)).Message);
    }

    [Fact]
    public async Task A_loaded_model_stays_as_loaded_in_every_endpoint_whatever_becomes_of_its_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("mine.onnx");
        File.Copy(Repository.BundledModel, path);
        await using var factory = new ServerFactory(("models", folder.Path));
        using HttpClient client = factory.CreateClient();
        const string Request = """{ "caption": "a star", "seed": 1, "size": 32, "model": "mine" }""";
        JsonNode image = await client.PostAsync("/v1/images", Request);

        foreach (Action change in (Action[])[() => File.WriteAllText(path, "no model"), () => File.Delete(path)])
        {
            change();
            Assert.True(JsonNode.DeepEquals(image, await client.PostAsync("/v1/images", Request)));
            Assert.Equal(16, (int)(await client.GetAsync("/v1/models/mine", HttpStatusCode.OK))["maxWords"]!);
            Assert.Equal(2, (await client.GetAsync("/v1/models", HttpStatusCode.OK))["models"]!.AsArray().Count);
            Assert.NotEmpty((await client.GetAsync("/v1/vocabulary?model=mine&prefix=h", HttpStatusCode.OK))["words"]!.AsArray());
        }

        Assert.Empty(factory.Log.Lines);
    }

    [Fact]
    public async Task A_file_can_be_the_default_model()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.BundledModel, folder.PathOf("mine.onnx"));
        await using var factory = new ServerFactory(("model", folder.PathOf("mine.onnx")), ("models", folder.Path));
        using HttpClient client = factory.CreateClient();

        Assert.Equal("mine", (string?)(await client.PostAsync("/v1/images", """{ "caption": "a star" }"""))["model"]);
        Assert.Single((await client.GetAsync("/v1/models", HttpStatusCode.OK))["models"]!.AsArray());
    }

    [Fact]
    public async Task Concurrent_first_requests_load_a_model_once()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.BundledModel, folder.PathOf("second.onnx"));
        int loaded = 0;
        await using var factory = new ServerFactory(("models", folder.Path))
        {
            CreateGenerator = pipeline =>
            {
                Interlocked.Increment(ref loaded);
                return new Generation.PipelineGenerator(pipeline);
            },
        };
        using HttpClient client = factory.CreateClient();
        Assert.Equal(2, (await client.GetAsync("/v1/models", HttpStatusCode.OK))["models"]!.AsArray().Count);
        await client.GetAsync("/v1/vocabulary?model=second", HttpStatusCode.OK);
        Assert.Equal(1, loaded);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => client.PostAsync("/v1/images", """{ "caption": "a star", "model": "second" }""")));

        Assert.Equal(2, loaded);
    }

    [Fact]
    public async Task A_damaged_default_model_and_duplicate_names_fail_at_startup()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("emoji.onnx"), "no model");

        Assert.Contains("not an ONNX file", await ErrorOf($"--models={folder.Path}"));
        Assert.Contains(
            "Two models have the name \"emoji\"", await ErrorOf($"--models={folder.Path}", $"--model={Repository.BundledModel}"));

        static async Task<string> ErrorOf(params string[] settings)
        {
            await using WebApplication app = ServerApplication.Create(["--urls=http://127.0.0.1:0", .. settings]);
            return (await Assert.ThrowsAsync<AttnGanException>(app.ListenAsync)).Message;
        }
    }

    [Fact]
    public async Task Words_are_listed_by_frequency_and_prefix()
    {
        JsonNode all = await server.Client.GetAsync("/v1/vocabulary?limit=5", HttpStatusCode.OK);
        Assert.Equal("emoji", (string?)all["model"]);
        Assert.Equal(server.Pipeline.Captions.Vocabulary.Words.Skip(1).Take(5), Words(all));

        string[] matching = Words(await server.Client.GetAsync("/v1/vocabulary?prefix=HEA&limit=1000", HttpStatusCode.OK));
        Assert.Contains("heart", matching);
        Assert.Equal(server.Pipeline.Captions.Vocabulary.Words.Where(word => word.StartsWith("hea", StringComparison.Ordinal)), matching);
        Assert.Equal(50, Words(await server.Client.GetAsync("/v1/vocabulary?model=emoji", HttpStatusCode.OK)).Length);
    }

    [Fact]
    public async Task Similar_words_are_suggested_for_an_unknown_one()
    {
        Assert.Equal(
            server.Pipeline.Captions.Vocabulary.Nearest("hart"),
            Words(await server.Client.GetAsync("/v1/vocabulary?near=Hart", HttpStatusCode.OK)));
        Assert.Single(Words(await server.Client.GetAsync("/v1/vocabulary?near=hart&limit=1", HttpStatusCode.OK)));
        Assert.Empty(Words(await server.Client.GetAsync("/v1/vocabulary?near=qqqqqq", HttpStatusCode.OK)));
    }

    [Theory]
    [InlineData("limit=0", "limit", "1 to 1000")]
    [InlineData("limit=1001", "limit", "1 to 1000")]
    [InlineData("prefix=a&near=b", "near", "not both")]
    [InlineData("near=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "near", "65 characters")]
    public async Task Invalid_vocabulary_queries_are_explained(string query, string member, string message) => Assert.Contains(
        message, (string?)(await server.Client.GetAsync($"/v1/vocabulary?{query}", HttpStatusCode.BadRequest))["errors"]![member]![0]);

    [Fact]
    public async Task A_malformed_limit_and_an_unknown_model_are_errors()
    {
        JsonNode problem = await server.Client.GetAsync("/v1/vocabulary?limit=x", HttpStatusCode.BadRequest);
        Assert.Contains("`limit` is \"x\"", (string?)problem["detail"]);
        await server.Client.GetAsync("/v1/vocabulary?model=x", HttpStatusCode.NotFound);
    }

    private static string[] Words(JsonNode response) => [.. response["words"]!.AsArray().Select(word => (string)word!)];
}
