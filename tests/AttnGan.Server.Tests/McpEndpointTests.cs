using System.Net;
using AttnGan.Generation;
using AttnGan.Imaging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AttnGan.Server.Tests;

/// <summary>The official client of the Model Context Protocol, over HTTP.</summary>
public sealed class McpEndpointTests
{
    private const string Path = "/mcp";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tools_describe_themselves()
    {
        await using var factory = new ServerFactory(("mcp", "true"));
        await using McpClient client = await ConnectAsync(factory);

        IList<McpClientTool> tools = await client.ListToolsAsync(cancellationToken: Cancellation);

        Assert.Equal("attngan", client.ServerInfo?.Name);
        Assert.Contains("vocabulary", client.ServerInstructions);
        Assert.Equal(["explain", "generate", "vocabulary"], tools.Select(tool => tool.Name).Order());
        Assert.All(tools, tool =>
        {
            Assert.True(tool.ProtocolTool.Annotations?.ReadOnlyHint);
            Assert.All(
                tool.JsonSchema.GetProperty("properties").EnumerateObject(),
                parameter => Assert.False(string.IsNullOrEmpty(parameter.Value.GetProperty("description").GetString())));
        });
        Assert.Equal(
            ["caption", "seed", "size", "truncation", "style", "strictWords", "model"],
            tools.Single(tool => tool.Name == "generate").JsonSchema.GetProperty("properties").EnumerateObject()
                .Select(parameter => parameter.Name));
    }

    [Fact]
    public async Task Generate_returns_the_image_of_the_library()
    {
        using var server = new DefaultServer();
        await using var factory = new ServerFactory(("mcp", "true"));
        await using McpClient client = await ConnectAsync(factory);

        CallToolResult result = await CallAsync(client, "generate", ("caption", "a red hart"), ("seed", 7), ("truncation", 0.5));

        Assert.NotEqual(true, result.IsError);
        ImageContentBlock image = Assert.Single(result.Content.OfType<ImageContentBlock>());
        GeneratedImage expected = server.Generate("a red hart", new GenerationOptions { Seed = 7, Truncation = 0.5 });
        Assert.Equal("image/png", image.MimeType);
        Assert.Equal(expected.Image.Encode(ImageFormat.Png, expected.Metadata with { Truncation = 0.5 }), image.DecodedData.ToArray());
        Assert.Equal(
            "\"a red hart\" by the model emoji, seed 7, style noto, 128 x 128 pixels. Unknown words, which the model skipped: " +
            "\"hart\" (similar: harp, hat, heart).",
            TextOf(result));

        result = await CallAsync(client, "generate", ("caption", "a red heart"), ("seed", 7), ("size", 300));
        Assert.Contains("300 x 300 pixels scaled from 128.", TextOf(result));
        var scaled = RgbImage.Decode(
            result.Content.OfType<ImageContentBlock>().Single().DecodedData.Span, RgbColor.White, "image");
        Assert.Equal((300, 300), (scaled.Width, scaled.Height));
    }

    [Fact]
    public async Task Explain_returns_shares_of_attention_and_a_figure()
    {
        using var server = new DefaultServer();
        await using var factory = new ServerFactory(("mcp", "true"));
        await using McpClient client = await ConnectAsync(factory);

        CallToolResult result = await CallAsync(client, "explain", ("caption", "a red heart"), ("seed", 7));

        GeneratedImage image = server.Generate("a red heart", new GenerationOptions { Seed = 7, AllStages = true, Attention = true });
        string text = TextOf(result);
        Assert.All(image.Attention, attention => Assert.Contains(
            $"Stage {attention.Stage} attends most to: {attention.TopWords(1)[0].Word} {attention.TopWords(1)[0].Weight * 100:0.0} %, ",
            text));
        var figure = RgbImage.Decode(
            Assert.Single(result.Content.OfType<ImageContentBlock>()).DecodedData.Span, RgbColor.White, "figure");
        Assert.Equal(AttentionFigure.Draw(image).Pixels, figure.Pixels);
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("explain")]
    public async Task Results_say_how_unknown_words_were_read(string tool)
    {
        await using var factory = new ServerFactory(("mcp", "true"));
        await using McpClient client = await ConnectAsync(factory);

        Assert.Contains(" Unknown words: puppy, read as dog.", TextOf(await CallAsync(client, tool, ("caption", "a brown puppy"))));
        Assert.Contains(
            " Unknown words, which the model skipped: \"puppy\"",
            TextOf(await CallAsync(client, tool, ("caption", "a brown puppy"), ("strictWords", true))));
    }

    [Fact]
    public async Task Vocabulary_lists_words()
    {
        await using var factory = new ServerFactory(("mcp", "true"));
        await using McpClient client = await ConnectAsync(factory);

        Assert.Equal("heart, hearts, heel", TextOf(await CallAsync(client, "vocabulary", ("prefix", "he"), ("limit", 3))));
        Assert.Equal("harp, hat, heart", TextOf(await CallAsync(client, "vocabulary", ("near", "hart"))));
        Assert.Equal("The model knows no such word.", TextOf(await CallAsync(client, "vocabulary", ("prefix", "zzz"))));
    }

    [Fact]
    public async Task Errors_tell_the_agent_what_to_do()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("broken.onnx"), "no model");
        await using var factory = new ServerFactory(("mcp", "true"), ("models", folder.Path));
        await using McpClient client = await ConnectAsync(factory);

        await RefusedAsync("\"hart\" (similar: harp, hat, heart)", "generate", ("caption", "hart"));
        await RefusedAsync("\"hart\" (similar: harp, hat, heart)", "explain", ("caption", "hart"));
        await RefusedAsync("The size is 2048x2048; expected 1 to 1024", "generate", ("caption", "a star"), ("size", 2048));
        await RefusedAsync("must be greater than 0", "generate", ("caption", "a star"), ("truncation", 0));
        await RefusedAsync("expected at most 500", "generate", ("caption", new string('a', 501)));
        await RefusedAsync("available models: broken, emoji", "generate", ("caption", "a star"), ("model", "none"));
        await RefusedAsync("available models: broken, emoji", "vocabulary", ("model", "none"));
        await RefusedAsync("either `prefix` or `near`", "vocabulary", ("prefix", "a"), ("near", "b"));
        await RefusedAsync("The arguments do not match the parameters of the tool `generate`", "generate");
        await RefusedAsync("or one has the wrong type", "vocabulary", ("limit", "many"));
        Assert.Empty(factory.Log.Lines);
        string text = await RefusedAsync("The model cannot be loaded.", "generate", ("caption", "a star"), ("model", "broken"));
        Assert.DoesNotContain(folder.Path, text);

        async Task<string> RefusedAsync(string message, string tool, params (string Name, object? Value)[] arguments)
        {
            CallToolResult result = await CallAsync(client, tool, arguments);
            Assert.True(result.IsError);
            Assert.Contains(message, TextOf(result));
            return TextOf(result);
        }
    }

    [Fact]
    public async Task A_full_queue_is_an_error_with_a_time()
    {
        using var generator = new HeldGenerator();
        await using var factory = new ServerFactory(
            ("mcp", "true"), ("queue-length", "2"), ("max-images", "2"), ("max-frames", "2"), ("max-batch-size", "1"))
        {
            CreateGenerator = generator.Create,
        };
        using HttpClient http = factory.CreateClient();
        await using McpClient client = await ConnectAsync(factory);
        Task first = http.PostAsync("/v1/images", """{ "caption": "a star" }""");
        await generator.StartedAsync();
        Task second = http.PostAsync("/v1/images", """{ "caption": "a star", "n": 2 }""");
        await factory.Counters.UntilAsync("attngan.queue.length", 2);

        CallToolResult result = await CallAsync(client, "generate", ("caption", "a star"));

        Assert.True(result.IsError);
        Assert.Equal("The generation queue is full. Try again in 1 seconds.", TextOf(result));
        generator.ReleaseAll();
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task The_endpoint_does_not_exist_by_default()
    {
        await using var factory = new ServerFactory();
        using HttpClient client = factory.CreateClient();

        await client.PostAsync(Path, "{}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task It_needs_the_key_of_the_api_and_counts_towards_its_rate_limit()
    {
        await using var factory = new ServerFactory(("mcp", "true"), ("api-key", "k"), ("rate-limit", "20"));
        using HttpClient http = factory.CreateClient();

        await http.PostAsync(Path, "{}", HttpStatusCode.Unauthorized);
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(factory));
        await using McpClient client = await ConnectAsync(factory, ("Authorization", "Bearer k"));
        Assert.NotEqual(true, (await CallAsync(client, "generate", ("caption", "a star"))).IsError);

        Exception? limited = null;
        for (int i = 0; i < 20 && limited is null; i++)
        {
            limited = await Record.ExceptionAsync(() => CallAsync(client, "vocabulary"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, Assert.IsType<HttpRequestException>(limited).StatusCode);
    }

    [Theory]
    [InlineData(null, "https://example.org", HttpStatusCode.Forbidden)]
    [InlineData(null, "http://localhost", HttpStatusCode.Forbidden)]
    [InlineData("https://example.com", "https://example.org", HttpStatusCode.Forbidden)]
    [InlineData("https://example.org", "https://example.org", HttpStatusCode.OK)]
    [InlineData("*", "https://example.org", HttpStatusCode.OK)]
    public async Task Only_web_pages_of_allowed_origins_may_use_it(string? setting, string origin, HttpStatusCode status)
    {
        (string, string)[] settings = setting is null ? [("mcp", "true")] : [("mcp", "true"), ("cors", setting)];
        await using var factory = new ServerFactory(settings);
        using HttpClient client = factory.CreateClient();
        using HttpRequestMessage request = Api.Post(
            Path, """{ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }""", "application/json, text/event-stream");
        request.Headers.Add("Origin", origin);

        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.True(status == response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static Task<McpClient> ConnectAsync(ServerFactory factory, params (string Name, string Value)[] headers)
    {
        var options = new HttpClientTransportOptions
        {
            Endpoint = new Uri("http://localhost/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = headers.ToDictionary(header => header.Name, header => header.Value),
        };
        return McpClient.CreateAsync(
            new HttpClientTransport(options, factory.CreateClient(), ownsHttpClient: true), cancellationToken: Cancellation);
    }

    private static Task<CallToolResult> CallAsync(McpClient client, string tool, params (string Name, object? Value)[] arguments) =>
        client.CallToolAsync(
            tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value), cancellationToken: Cancellation).AsTask();

    private static string TextOf(CallToolResult result) => Assert.Single(result.Content.OfType<TextContentBlock>()).Text;
}
