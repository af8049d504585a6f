using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AttnGan.Imaging;

namespace AttnGan.Server.Tests;

/// <summary>What clients of OpenAI's images API may send, and what they read.</summary>
public sealed class OpenAIApiTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private const string Path = "/v1/images/generations";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_response_says_what_was_generated_and_how_it_was_scaled()
    {
        JsonNode json = await server.Client.PostAsync(
            Path, """{ "prompt": "a red hart", "n": 2, "seed": 7, "size": "64x48", "quality": "hd", "user": "u", "style": null }""");

        Assert.Equal(("emoji", "48x48", "64x64", "png"), (
            (string?)json["model"], (string?)json["size"], (string?)json["generated_size"], (string?)json["output_format"]));
        Assert.InRange((long)json["created"]!, 1_700_000_000, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.Equal([7, 8], json["data"]!.AsArray().Select(image => (long)image!["seed"]!));
        JsonNode first = json["data"]![0]!;
        Assert.Equal("a red", (string?)first["revised_prompt"]);
        Assert.False(first.AsObject().ContainsKey("url"));
        var image = RgbImage.Decode(first["b64_json"].Bytes(), RgbColor.White, "image");
        Assert.Equal((48, 48), (image.Width, image.Height));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("")]
    [InlineData("128x128")]
    [InlineData("256x128")]
    public async Task Sizes_of_the_model_are_not_scaled(string size)
    {
        JsonNode json = await server.Client.PostAsync(Path, $$"""{ "prompt": "a star", "seed": 7, "size": "{{size}}", "model": "" }""");

        Assert.Equal(("128x128", "128x128"), ((string?)json["size"], (string?)json["generated_size"]));
        Assert.Equal(server.File("a star", 7), json["data"]![0]!["b64_json"].Bytes());
    }

    [Theory]
    [InlineData("webp", ImageFormat.WebP)]
    [InlineData("jpeg", ImageFormat.Jpeg)]
    public async Task Output_formats_apply(string name, ImageFormat format)
    {
        JsonNode json = await server.Client.PostAsync(Path, $$"""{ "prompt": "a star", "seed": 7, "output_format": "{{name}}" }""");

        Assert.Equal(name, (string?)json["output_format"]);
        Assert.Equal(server.File("a star", 7, format), json["data"]![0]!["b64_json"].Bytes());
    }

    [Theory]
    [InlineData("""{ }""", 400, "prompt", null, "The caption is missing.")]
    [InlineData("""{ "prompt": "a star", "size": "big" }""", 400, "size", null, "The size is \"big\"; expected \"auto\"")]
    [InlineData("""{ "prompt": "a star", "size": "0x64" }""", 400, "size", null, "The size is \"0x64\"")]
    [InlineData("""{ "prompt": "a star", "size": "2048x64" }""", 400, "size", null, "The size is 2048x64; expected 1 to 1024 pixels")]
    [InlineData("""{ "prompt": "a star", "n": 65 }""", 400, "n", null, "at most 64 in total")]
    [InlineData("""{ "prompt": "a star", "n": "2" }""", 400, null, null, "The value of `n` has the wrong type.")]
    [InlineData("""{ "prompt": "a star", "output_format": "gif" }""", 400, "output_format", null, "expected png or webp or jpeg")]
    [InlineData("""{ "prompt": "a star", "response_format": "file" }""", 400, "response_format", null, "expected b64_json or url")]
    [InlineData("""{ "prompt": "a star", "stream": true }""", 400, "stream", null, "omit `stream`")]
    [InlineData("""{ "prompt": "a star", "truncation": 0 }""", 400, "truncation", null, "must be greater than 0")]
    [InlineData("""{ "prompt": "a star", "model": "dall-e-3" }""", 404, "model", "model_not_found", "available models: emoji")]
    [InlineData("""{ "prompt": "hart" }""", 422, "prompt", "no_known_word", "\"hart\" (similar: harp, hat, heart)")]
    [InlineData("""{ "prompt": """, 400, null, null, "not valid JSON")]
    public async Task Errors_are_those_of_OpenAI(string body, int status, string? param, string? code, string message)
    {
        using HttpRequestMessage request = Api.Post(Path, body);
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        JsonNode error = await ErrorAsync(response, (HttpStatusCode)status);
        Assert.Equal(("invalid_request_error", param, code), ((string?)error["type"], (string?)error["param"], (string?)error["code"]));
        Assert.Contains(message, (string?)error["message"]);
    }

    [Fact]
    public async Task Errors_of_the_framework_and_bugs_are_those_of_OpenAI()
    {
        using HttpResponseMessage wrongMethod = await server.Client.GetAsync(Path, Cancellation);
        Assert.Contains("POST", (string?)(await ErrorAsync(wrongMethod, HttpStatusCode.MethodNotAllowed))["message"]);
        using var text = new StringContent("a star", Encoding.UTF8, "text/plain");
        using HttpResponseMessage wrongType = await server.Client.PostAsync(Path, text, Cancellation);
        Assert.Contains("JSON", (string?)(await ErrorAsync(wrongType, HttpStatusCode.UnsupportedMediaType))["message"]);

        await using var factory = new ServerFactory { CreateGenerator = pipeline => new FailingOnce(pipeline) };
        using HttpClient client = factory.CreateClient();
        using HttpRequestMessage request = Api.Post(Path, """{ "prompt": "a star" }""");
        using HttpResponseMessage failed = await client.SendAsync(request, Cancellation);
        JsonNode error = await ErrorAsync(failed, HttpStatusCode.InternalServerError);
        Assert.Equal("server_error", (string?)error["type"]);
        Assert.DoesNotContain("secret", error.ToJsonString());
    }

    [Fact]
    public async Task Addresses_have_the_scaled_image_for_an_hour_without_a_key()
    {
        var time = new AdjustableTime();
        await using var factory = new ServerFactory(("api-key", "k")) { Time = time };
        using HttpClient client = factory.CreateClient();
        const string Body = """{ "prompt": "a red heart", "seed": 7, "size": "200x200", "n": 2, "output_format": "webp", """;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "k");
        JsonNode files = await client.PostAsync(Path, Body + """ "response_format": "b64_json" }""");
        JsonNode addresses = await client.PostAsync(Path, Body + """ "response_format": "url" }""");
        client.DefaultRequestHeaders.Authorization = null;

        string[] urls = [.. addresses["data"]!.AsArray().Select(image => (string)image!["url"]!)];
        Assert.Equal(2, urls.Length);
        for (int i = 0; i < urls.Length; i++)
        {
            Assert.StartsWith($"http://localhost{Path}/", urls[i]);
            Assert.DoesNotContain("heart", urls[i]);
            using HttpResponseMessage response = await client.GetAsync(urls[i], Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("image/webp", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal("cross-origin", response.Headers.Header("Cross-Origin-Resource-Policy"));
            Assert.Equal(files["data"]![i]!["b64_json"].Bytes(), await response.Content.ReadAsByteArrayAsync(Cancellation));
        }

        // Addresses that the server did not create, and those of a server with another key.
        await using var other = new ServerFactory(("api-key", "other"));
        using HttpClient otherClient = other.CreateClient();
        foreach ((HttpClient reader, string url) in (IEnumerable<(HttpClient, string)>)
            [(client, urls[0] + "A"), (client, urls[0][..^1]), (client, $"{Path}/AAAA"), (client, $"{Path}/%20"), (otherClient, urls[0])])
        {
            using HttpResponseMessage refused = await reader.GetAsync(url, Cancellation);
            Assert.Contains("has expired", (string?)(await ErrorAsync(refused, HttpStatusCode.NotFound))["message"]);
        }

        time.Add(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, urls[0]));
        time.Add(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, urls[0]));
    }

    [Fact]
    public async Task Errors_of_models_are_readable_by_both_kinds_of_clients()
    {
        JsonNode problem = await server.Client.GetAsync("/v1/models/none", HttpStatusCode.NotFound);

        Assert.Equal("model_not_found", (string?)problem["error"]!["code"]);
        Assert.Equal((string?)problem["detail"], (string?)problem["error"]!["message"]);
    }

    [Fact]
    public async Task The_list_of_models_is_readable_by_both_kinds_of_clients()
    {
        JsonNode list = await server.Client.GetAsync("/v1/models", HttpStatusCode.OK);

        Assert.Equal("list", (string?)list["object"]);
        Assert.Equal(["emoji", "shapes"], list["data"]!.AsArray().Select(model => (string?)model!["id"]));
        JsonNode model = list["data"]![0]!;
        Assert.Equal(("emoji", "model", "attngan"), ((string?)model["id"], (string?)model["object"], (string?)model["owned_by"]));
        JsonNode alone = await server.Client.GetAsync("/v1/models/emoji", HttpStatusCode.OK);
        Assert.All(model.AsObject(), member => Assert.Equal($"{member.Value}", $"{alone[member.Key]}"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(path, Cancellation);
        return response.StatusCode;
    }

    private static async Task<JsonNode> ErrorAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == response.StatusCode, $"Status {response.StatusCode}, expected {status}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        JsonObject json = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(["error"], json.Select(member => member.Key));
        Assert.Equal(["message", "type", "param", "code"], json["error"]!.AsObject().Select(member => member.Key));
        return json["error"]!;
    }
}
