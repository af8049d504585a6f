using System.Net;
using System.Text.Json.Nodes;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Tests.Models;
using Microsoft.AspNetCore.WebUtilities;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AttnGan.Server.Tests;

/// <summary>Styles in every API: of a model that has some, beside one that has none.</summary>
public sealed class ServedStylesTests(ServedStylesTests.Server server) : IClassFixture<ServedStylesTests.Server>
{
    private const string Images = "/v1/images";
    private const string Wool = "clay & wool";
    private const string EncodedWool = "clay%20%26%20wool";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_list_their_styles()
    {
        JsonArray models = (await server.Client.GetAsync("/v1/models", HttpStatusCode.OK))["models"]!.AsArray();

        Assert.Equal(["emoji", "plain", "styled"], models.Select(model => (string?)model!["name"]));
        Assert.Empty(models[1]!["styles"]!.AsArray());
        Assert.Equal(StyledModel.Styles, models[2]!["styles"]!.AsArray().Select(style => (string)style!));
    }

    [Fact]
    public async Task The_seed_or_the_request_chooses_the_style()
    {
        JsonArray images = (await server.Client.PostAsync(
            Images, """{ "caption": "a star", "seed": 7, "n": 8, "model": "styled" }"""))["images"]!.AsArray();
        foreach (JsonNode? image in images)
        {
            GeneratedImage expected = server.Generate((long)image!["seed"]!, style: null);
            Assert.Equal(expected.Style, (string?)image["style"]);
            Assert.Equal(expected.Image.Encode(ImageFormat.Png, expected.Metadata), image["stages"]![0]!["data"].Bytes());
        }

        Assert.Equal(3, images.Select(image => (string?)image!["style"]).Distinct().Count());
        JsonNode chosen = (await server.Client.PostAsync(
            Images, $$"""{ "caption": "a star", "seed": 7, "style": "{{Wool}}", "model": "styled" }"""))["images"]![0]!;
        Assert.Equal(Wool, (string?)chosen["style"]);
        Assert.Equal(server.File(7, Wool), chosen["stages"]![0]!["data"].Bytes());
        Assert.Null((await server.Client.PostAsync(Images, """{ "caption": "a star", "model": "plain" }"""))["images"]![0]!["style"]);
    }

    [Fact]
    public async Task Files_have_the_style_in_a_header_and_in_their_metadata()
    {
        using HttpRequestMessage request = Api.Post(
            Images, $$"""{ "caption": "a star", "seed": 7, "style": "{{Wool}}", "model": "styled" }""", "image/png");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);
        Assert.Equal(EncodedWool, response.Headers.Header("X-Style"));
        Assert.Equal("styled", response.Headers.Header("X-Model"));
        byte[] file = await response.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(Wool, ImageMetadata.Read(file, "file")!.Style);

        using HttpRequestMessage plain = Api.Post(Images, """{ "caption": "a star", "model": "plain" }""", "image/png");
        using HttpResponseMessage without = await server.Client.SendAsync(plain, Cancellation);
        Assert.False(without.Headers.Contains("X-Style"));

        using HttpRequestMessage several = Api.Post(
            Images, """{ "caption": "a star", "seed": 7, "n": 2, "style": "ink", "model": "styled" }""", "multipart/mixed");
        using HttpResponseMessage parts = await server.Client.SendAsync(several, Cancellation);
        var reader = new MultipartReader(
            Assert.Single(parts.Content.Headers.ContentType!.Parameters).Value!, await parts.Content.ReadAsStreamAsync(Cancellation));
        for (int i = 0; i < 2; i++)
        {
            MultipartSection part = (await reader.ReadNextSectionAsync(Cancellation))!;
            Assert.Equal(($"{7 + i}", "ink"), ($"{part.Headers!["X-Seed"]}", $"{part.Headers["X-Style"]}"));
        }
    }

    [Fact]
    public async Task Stages_have_the_style_of_their_image()
    {
        using HttpRequestMessage request = Api.Post(
            Images, """{ "caption": "a star", "seed": 7, "n": 2, "model": "styled" }""", "text/event-stream");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);
        string[] lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n');
        JsonNode[] stages =
        [
            .. lines.Where(line => line.StartsWith("data: {\"index\"", StringComparison.Ordinal))
                .Select(line => JsonNode.Parse(line["data: ".Length..])!),
        ];

        Assert.Equal(6, stages.Length);
        Assert.All(stages, stage => Assert.Equal(server.Generate((long)stage["seed"]!, style: null).Style, (string?)stage["style"]));
        Assert.All(
            stages.Where(stage => (bool)stage["last"]!),
            stage => Assert.Equal(server.File((long)stage["seed"]!, style: null), stage["image"]!["data"].Bytes()));
    }

    [Theory]
    [InlineData("styled", "The model has no style 'oil'; use one of ink, clay & wool, crayon.")]
    [InlineData("plain", "The style 'oil' was given, but the model has no styles; leave it out.")]
    public async Task An_unknown_style_is_an_error_that_names_the_styles(string model, string message)
    {
        JsonNode problem = await server.Client.PostAsync(
            Images, $$"""{ "caption": "a star", "style": "oil", "model": "{{model}}" }""", HttpStatusCode.BadRequest);
        Assert.Equal(message, (string?)problem["errors"]!["style"]![0]);

        const string Ends = """ "from": { "caption": "a star", "seed": 1 }, "to": { "caption": "a star", "seed": 2 } """;
        problem = await server.Client.PostAsync(
            "/v1/interpolations", $$"""{ {{Ends}}, "style": "oil", "model": "{{model}}" }""", HttpStatusCode.BadRequest);
        Assert.Equal(message, (string?)problem["errors"]!["style"]![0]);
    }

    [Fact]
    public async Task Frames_between_two_styles_have_none()
    {
        (long ink, long crayon) = (SeedOf("ink"), SeedOf("crayon"));
        string body = $$"""
            "from": { "caption": "a star", "seed": {{ink}} }, "to": { "caption": "a star", "seed": {{crayon}} },
            "frames": 3, "model": "styled"
            """;
        Assert.Equal(["ink", null, "crayon"], await StylesAsync($"{{ {body} }}"));
        Assert.Equal([Wool, Wool, Wool], await StylesAsync($$"""{ {{body}}, "style": "{{Wool}}" }"""));

        Assert.Equal((null, null), await AnimationAsync($"{{ {body} }}"));
        Assert.Equal((EncodedWool, Wool), await AnimationAsync($$"""{ {{body}}, "style": "{{Wool}}" }"""));

        async Task<IEnumerable<string?>> StylesAsync(string json) => (await server.Client.PostAsync("/v1/interpolations", json))["images"]!
            .AsArray().Select(image => (string?)image!["style"]);

        async Task<(string? Header, string? Metadata)> AnimationAsync(string json)
        {
            using HttpRequestMessage request = Api.Post("/v1/interpolations", json, "image/webp");
            using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);
            byte[] file = await response.Content.ReadAsByteArrayAsync(Cancellation);
            string? header = response.Headers.TryGetValues("X-Style", out IEnumerable<string>? values) ? values.Single() : null;
            return (header, ImageMetadata.Read(file, "file")!.Style);
        }
    }

    [Theory]
    [InlineData("ink", "ink")]
    [InlineData("vivid", null)]
    [InlineData("oil", null)]
    public async Task Clients_of_OpenAI_may_name_styles_of_other_models(string requested, string? applied)
    {
        string body = $$"""{ "prompt": "a star", "seed": 7, "style": "{{requested}}", "model": "styled", "response_format": """;
        JsonNode image = (await server.Client.PostAsync("/v1/images/generations", $$"""{{body}}"b64_json" }"""))["data"]![0]!;
        JsonNode link = (await server.Client.PostAsync("/v1/images/generations", $$"""{{body}}"url" }"""))["data"]![0]!;

        GeneratedImage expected = server.Generate(7, applied);
        Assert.Equal((expected.Style, expected.Style), ((string?)image["style"], (string?)link["style"]));
        Assert.Equal(server.File(7, applied), image["b64_json"].Bytes());
        using HttpResponseMessage response = await server.Client.GetAsync((string)link["url"]!, Cancellation);
        Assert.Equal(server.File(7, applied), await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(Uri.EscapeDataString(expected.Style!), response.Headers.Header("X-Style"));

        JsonNode plain = await server.Client.PostAsync(
            "/v1/images/generations", """{ "prompt": "a star", "style": "vivid", "model": "plain" }""");
        Assert.False(plain["data"]![0]!.AsObject().ContainsKey("style"));
    }

    [Theory]
    [InlineData("""["photo", null, "crayon", "ink"]""", "crayon")]
    [InlineData("""["photo"]""", null)]
    [InlineData("null", null)]
    public async Task Clients_of_Automatic1111_may_name_several_styles(string requested, string? applied)
    {
        JsonNode json = await server.Client.PostAsync("/sdapi/v1/txt2img", $$"""
            { "prompt": "a star", "seed": 7, "styles": {{requested}}, "override_settings": { "sd_model_checkpoint": "styled" } }
            """);

        GeneratedImage expected = server.Generate(7, applied);
        Assert.Equal(server.File(7, applied), json["images"]![0].Bytes());
        JsonNode info = JsonNode.Parse((string)json["info"]!)!;
        Assert.Equal(applied is null ? [] : [applied], info["styles"]!.AsArray().Select(style => (string)style!));
        Assert.Contains($"Size: 128x128, Style: {expected.Style}, Model: styled,", (string?)info["infotexts"]![0]);
    }

    [Fact]
    public async Task Agents_choose_a_style()
    {
        var options = new HttpClientTransportOptions
        {
            Endpoint = new Uri("http://localhost/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
        };
        await using McpClient client = await McpClient.CreateAsync(
            new HttpClientTransport(options, server.CreateClient(), ownsHttpClient: true), cancellationToken: Cancellation);

        foreach (string tool in (string[])["generate", "explain"])
        {
            Assert.Contains("seed 7, style crayon, 128 x 128 pixels", TextOf(await CallAsync(tool, "crayon")));
            CallToolResult refused = await CallAsync(tool, "oil");
            Assert.True(refused.IsError);
            Assert.Contains("use one of ink, clay & wool, crayon", TextOf(refused));
        }

        Task<CallToolResult> CallAsync(string tool, string style) => client.CallToolAsync(
            tool,
            new Dictionary<string, object?> { ["caption"] = "a star", ["seed"] = 7, ["style"] = style, ["model"] = "styled" },
            cancellationToken: Cancellation).AsTask();

        static string TextOf(CallToolResult result) => Assert.Single(result.Content.OfType<TextContentBlock>()).Text;
    }

    private static long SeedOf(string style) =>
        Enumerable.Range(0, 100).First(seed => StyledModel.Styles[LatentNoise.StyleOf(seed, StyledModel.Styles.Length)] == style);

    /// <summary>A server with these models, and the library's pipeline of the one with styles.</summary>
    public sealed class Server : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly ServerFactory _factory;
        private readonly TextToImagePipeline _pipeline = TextToImagePipeline.Load(new MemoryStream(StyledModel.File));

        public Server()
        {
            System.IO.File.WriteAllBytes(_folder.PathOf("plain.onnx"), PlainModel.File);
            System.IO.File.WriteAllBytes(_folder.PathOf("styled.onnx"), StyledModel.File);
            _factory = new ServerFactory(("models", _folder.Path), ("mcp", "true"));
            Client = _factory.CreateClient();
        }

        public HttpClient Client { get; }

        public HttpClient CreateClient() => _factory.CreateClient();

        /// <summary>Generates an image of a star with the library.</summary>
        public GeneratedImage Generate(long seed, string? style) =>
            _pipeline.Generate("a star", new GenerationOptions { Seed = seed, Style = style }, Cancellation);

        /// <summary>Generates and encodes an image of a star with the library.</summary>
        public byte[] File(long seed, string? style)
        {
            GeneratedImage image = Generate(seed, style);
            return image.Image.Encode(ImageFormat.Png, image.Metadata);
        }

        public void Dispose()
        {
            Client.Dispose();
            _factory.Dispose();
            _pipeline.Dispose();
            _folder.Dispose();
        }
    }
}
