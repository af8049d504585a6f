using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AttnGan.Imaging;

namespace AttnGan.Server.Tests;

/// <summary>What clients of Automatic1111's API send and read.</summary>
public sealed class WebUiApiTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private const string Path = "/sdapi/v1/txt2img";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LibreChat_reads_the_image_and_its_description()
    {
        JsonNode json = await server.Client.PostAsync(Path, """
            {
              "prompt": "a red heart", "negative_prompt": "blurry", "cfg_scale": 4.5, "steps": 22, "width": 1024, "height": 1024
            }
            """);

        JsonNode info = JsonNode.Parse((string)json["info"]!)!;
        long seed = (long)info["seed"]!;
        Assert.Equal((1024, 1024), ((int)info["width"]!, (int)info["height"]!));
        string[] lines = ((string)info["infotexts"]![0]!).Split('\n');
        Assert.Equal("a red heart", lines[0]);
        byte[] file = Assert.Single(json["images"]!.AsArray()).Bytes();
        string style = ImageMetadata.Read(file, "file")!.Style!;
        Assert.StartsWith(
            $"Seed: {seed}, Size: 1024x1024, Generated size: 128x128, Style: {style}, Model: emoji, Version: AttnGan ", lines[^1]);
        Assert.Equal(seed, ImageMetadata.Read(file, "file")!.Seed);
        var image = RgbImage.Decode(file, RgbColor.White, "file");
        Assert.Equal((1024, 1024), (image.Width, image.Height));
        Assert.Equal("blurry", (string?)json["parameters"]!["negative_prompt"]);
    }

    [Fact]
    public async Task Open_WebUI_reads_models_and_images_and_chooses_a_model()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.BundledModel, folder.PathOf("other.onnx"));
        await using var factory = new ServerFactory(("models", folder.Path), ("api-key", "k"));
        using HttpClient client = factory.CreateClient();
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("any:k")));

        JsonArray models = (await client.GetAsync("/sdapi/v1/sd-models", HttpStatusCode.OK)).AsArray();
        Assert.Equal(["emoji", "other"], models.Select(model => (string?)model!["title"]));
        Assert.Equal(["emoji", "other"], models.Select(model => (string?)model!["model_name"]));
        Assert.Equal(["emoji.onnx", "other.onnx"], models.Select(model => (string?)model!["filename"]));

        JsonNode options = await client.GetAsync("/sdapi/v1/options", HttpStatusCode.OK);
        Assert.Equal("emoji", (string?)options["sd_model_checkpoint"]);
        options["sd_model_checkpoint"] = "other";
        using (HttpRequestMessage choice = Api.Post("/sdapi/v1/options", options.ToJsonString()))
        {
            using HttpResponseMessage chosen = await client.SendAsync(choice, Cancellation);
            Assert.Equal(HttpStatusCode.OK, chosen.StatusCode);
            Assert.Equal("null", await chosen.Content.ReadAsStringAsync(Cancellation));
        }

        Assert.Equal("other", (string?)(await client.GetAsync("/sdapi/v1/options", HttpStatusCode.OK))["sd_model_checkpoint"]);
        JsonNode json = await client.PostAsync(
            Path, """{ "prompt": "a star", "batch_size": 2, "width": 512, "height": 512, "steps": 50, "seed": 7 }""");
        JsonNode info = JsonNode.Parse((string)json["info"]!)!;
        Assert.Equal("other", (string?)info["sd_model_name"]);
        Assert.Equal([7, 8], info["all_seeds"]!.AsArray().Select(seed => (int)seed!));
        Assert.Equal(2, json["images"]!.AsArray().Count);
        // Other APIs keep the default model, and a request can name another one.
        Assert.Equal("emoji", (string?)(await client.PostAsync("/v1/images", """{ "caption": "a star" }"""))["model"]);
        json = await client.PostAsync(
            Path, """{ "prompt": "a star", "n_iter": 3, "seed": -1, "override_settings": { "sd_model_checkpoint": "emoji", "x": 1 } }""");
        info = JsonNode.Parse((string)json["info"]!)!;
        Assert.Equal("emoji", (string?)info["sd_model_name"]);
        Assert.Equal((3, 128), (json["images"]!.AsArray().Count, (int)info["width"]!));
        Assert.All(info["all_seeds"]!.AsArray(), seed => Assert.InRange((long)seed!, 0, int.MaxValue + 2L));
    }

    [Theory]
    [InlineData("""{ "prompt": "hart" }""", 422, "prompt", "\"hart\" (similar: harp, hat, heart)")]
    [InlineData("""{ "width": 64 }""", 400, "prompt", "The caption is missing.")]
    [InlineData("""{ "prompt": "a star", "width": 4096 }""", 400, "width", "expected 1 to 1024 pixels")]
    [InlineData("""{ "prompt": "a star", "height": -1 }""", 400, "width", "The size is -1x-1")]
    [InlineData("""{ "prompt": "a star", "batch_size": 65536, "n_iter": 65536 }""", 400, "batch_size", "at most 64 in total")]
    [InlineData("""{ "prompt": "a star", "batch_size": 0 }""", 400, "batch_size", "expected at least 1")]
    public async Task Errors_are_readable_as_those_of_OpenAI_and_of_Automatic1111(
        string body, int status, string param, string message)
    {
        using HttpRequestMessage request = Api.Post(Path, body);
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        JsonNode json = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Contains(message, (string?)json["error"]!["message"]);
        Assert.Equal(param, (string?)json["error"]!["param"]);
        Assert.Equal((string?)json["error"]!["message"], (string?)json["detail"]);
    }

    [Fact]
    public async Task An_unknown_model_is_not_chosen()
    {
        using HttpRequestMessage request = Api.Post("/sdapi/v1/options", """{ "sd_model_checkpoint": "none" }""");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("available models: emoji", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("emoji", (string?)(await server.Client.GetAsync("/sdapi/v1/options", HttpStatusCode.OK))["sd_model_checkpoint"]);
    }
}
