using System.Net;
using System.Text.Json.Nodes;
using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Server.Tests;

public sealed class InterpolationsTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private const string Path = "/v1/interpolations";
    private const string Ends = """ "from": { "caption": "a red heart", "seed": 7 }, "to": { "caption": "a green apple", "seed": 8 } """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GeneratedImage[] Expected(int frames) =>
        [.. server.Pipeline.Interpolate(new GenerationRequest("a red heart", 7), new GenerationRequest("a green apple", 8), frames)];

    [Fact]
    public async Task Frames_over_several_batches_are_those_of_the_library()
    {
        JsonNode json = await server.Client.PostAsync(Path, $$"""{ {{Ends}}, "frames": 19 }""");

        Assert.Equal("emoji", (string?)json["model"]);
        JsonArray frames = json["images"]!.AsArray();
        Assert.Equal(
            Expected(19).Select(frame => frame.Image.Encode(ImageFormat.Png, frame.Metadata)),
            frames.Select(frame => frame!["stages"]![0]!["data"].Bytes()));
        Assert.Equal("a green apple", (string?)frames[^1]!["caption"]);
    }

    [Fact]
    public async Task The_default_is_twelve_frames() =>
        Assert.Equal(12, (await server.Client.PostAsync(Path, $$"""{ {{Ends}} }"""))["images"]!.AsArray().Count);

    [Fact]
    public async Task An_animation_can_be_requested_as_a_file()
    {
        using HttpRequestMessage request = Api.Post(Path, $$"""{ {{Ends}}, "frames": 3, "size": 32 }""", "image/webp");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        Assert.Equal("image/webp", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("7", response.Headers.Header("X-Seed"));
        Assert.Equal("emoji", response.Headers.Header("X-Model"));
        byte[] file = await response.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(3, Count(file, "ANMF"u8));
        string path = System.IO.Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, file, Cancellation);
            Assert.Equal("a red heart → a green apple", ImageMetadata.Read(path)?.Caption);
            Assert.Null(ImageMetadata.Read(path)?.Seed);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("""{ }""", "from", "caption and a seed")]
    [InlineData("""{ "from": { "caption": "a star", "seed": 1 } }""", "to", "caption and a seed")]
    [InlineData("""{ "from": { "seed": 1 }, "to": { "caption": "a star", "seed": 1 } }""", "from.caption", "missing")]
    [InlineData("""{ "from": { "caption": "a star" }, "to": { "caption": "a star", "seed": 1 } }""", "from.seed", "missing")]
    [InlineData("""{ "from": { "caption": "a", "seed": 1 }, "to": { "caption": "a", "seed": 2 }, "frames": 1 }""", "frames", "2 to 60")]
    [InlineData("""{ "from": { "caption": "a", "seed": 1 }, "to": { "caption": "a", "seed": 2 }, "frames": 61 }""", "frames", "2 to 60")]
    [InlineData("""{ "from": { "caption": "a", "seed": 1 }, "to": { "caption": "a", "seed": 2 }, "size": 5 }""", "size", "32, 64, 128")]
    [InlineData("""{ "from": { "caption": "a", "seed": 1 }, "to": { "caption": "a", "seed": 2 }, "format": "x" }""", "format", "webp")]
    public async Task Errors_are_reported_by_member(string body, string member, string message)
    {
        JsonNode problem = await server.Client.PostAsync(Path, body, HttpStatusCode.BadRequest);

        Assert.Contains(message, (string?)problem["errors"]![member]![0]);
    }

    [Fact]
    public async Task Other_errors_are_those_of_the_images_endpoint()
    {
        const string Unknown = """{ "from": { "caption": "a", "seed": 1 }, "to": { "caption": "hart", "seed": 2 } }""";
        Assert.Equal("hart", (string?)(await server.Client.PostAsync(Path, Unknown, HttpStatusCode.UnprocessableEntity))["caption"]);
        await server.Client.PostAsync(Path, $$"""{ {{Ends}}, "model": "x" }""", HttpStatusCode.NotFound);
        await server.Client.PostAsync(Path, $$"""{ {{Ends}} }""", HttpStatusCode.NotAcceptable, "image/png");
        JsonNode problem = await server.Client.PostAsync(
            Path, """{ "from": { "caption": "a", "sead": 1 } }""", HttpStatusCode.BadRequest);
        Assert.Contains("`sead` is unknown; valid members: caption, seed.", (string?)problem["detail"]);
    }

    private static int Count(ReadOnlySpan<byte> file, ReadOnlySpan<byte> chunk)
    {
        int count = 0;
        for (int at = file.IndexOf(chunk); at >= 0; at = file.IndexOf(chunk))
        {
            count++;
            file = file[(at + chunk.Length)..];
        }

        return count;
    }
}
