using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;
using Microsoft.AspNetCore.WebUtilities;

namespace AttnGan.Server.Tests;

public sealed class ImagesTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private const string Path = "/v1/images";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caption_gives_the_image_that_the_library_generates()
    {
        JsonNode json = await server.Client.PostAsync(Path, """{ "caption": "a red heart", "seed": 7 }""");

        Assert.Equal("emoji", (string?)json["model"]);
        JsonNode image = Assert.Single(json["images"]!.AsArray())!;
        Assert.Equal("a red heart", (string?)image["caption"]);
        Assert.Equal(7, (long)image["seed"]!);
        Assert.Equal(["a", "red", "heart"], image["words"]!.AsArray().Select(word => (string?)word));
        Assert.Empty(image["unknownWords"]!.AsArray());
        Assert.False((bool)image["truncated"]!);
        Assert.Empty(image["attention"]!.AsArray());
        JsonNode stage = Assert.Single(image["stages"]!.AsArray())!;
        Assert.Equal(128, (int)stage["size"]!);
        Assert.Equal("image/png", (string?)stage["mediaType"]);
        Assert.Equal(server.File("a red heart", 7), stage["data"].Bytes());
    }

    [Fact]
    public async Task Without_a_seed_the_response_has_a_random_one()
    {
        JsonNode first = (await server.Client.PostAsync(Path, """{ "caption": "a red heart" }"""))["images"]![0]!;
        JsonNode second = (await server.Client.PostAsync(Path, """{ "caption": "a red heart" }"""))["images"]![0]!;

        Assert.NotEqual((long)first["seed"]!, (long)second["seed"]!);
        Assert.Equal(server.File("a red heart", (long)first["seed"]!), first["stages"]![0]!["data"].Bytes());
    }

    [Fact]
    public async Task Each_caption_has_n_images_with_consecutive_seeds()
    {
        JsonNode json = await server.Client.PostAsync(Path, """{ "captions": ["a red heart", "a star"], "n": 2, "seed": 7 }""");

        Assert.Equal(
            [("a red heart", 7), ("a red heart", 8), ("a star", 7), ("a star", 8)],
            json["images"]!.AsArray().Select(image => ((string)image!["caption"]!, (long)image["seed"]!)));
        Assert.All(json["images"]!.AsArray(), image => Assert.Equal(
            server.File((string)image!["caption"]!, (long)image["seed"]!), image["stages"]![0]!["data"].Bytes()));
    }

    [Fact]
    public async Task Stages_size_truncation_and_format_apply()
    {
        JsonNode json = await server.Client.PostAsync(
            Path, """{ "caption": "a red heart", "seed": 7, "stages": true, "size": 64, "truncation": 0.5, "format": "webp" }""");

        GeneratedImage expected = server.Generate(
            "a red heart", new GenerationOptions { Seed = 7, AllStages = true, Size = 64, Truncation = 0.5 });
        JsonArray stages = json["images"]![0]!["stages"]!.AsArray();
        Assert.Equal([32, 64], stages.Select(stage => (int)stage!["size"]!));
        Assert.All(stages, stage => Assert.Equal("image/webp", (string?)stage!["mediaType"]));
        Assert.Equal(
            expected.Stages.Select(stage => stage.Pixels),
            stages.Select(stage => RgbImage.Decode(stage!["data"].Bytes(), RgbColor.White, "the stage").Pixels));
    }

    [Fact]
    public async Task Attention_maps_are_those_of_the_library()
    {
        JsonNode json = await server.Client.PostAsync(Path, """{ "caption": "a red zorgle heart", "seed": 7, "attention": true }""");

        GeneratedImage expected = server.Generate("a red zorgle heart", new GenerationOptions { Seed = 7, Attention = true });
        JsonArray stages = json["images"]![0]!["attention"]!.AsArray();
        Assert.Equal([(2, 32), (3, 64)], stages.Select(stage => ((int)stage!["stage"]!, (int)stage["size"]!)));
        foreach ((JsonNode? stage, StageAttention attention) in stages.Zip(expected.Attention))
        {
            Assert.Equal(
                attention.TopWords(3).Select(word => (word.Index, word.Word, word.Weight)),
                stage!["topWords"]!.AsArray().Select(word => ((int)word!["index"]!, (string)word["word"]!, (float)word["weight"]!)));
            for (int word = 0; word < 3; word++)
            {
                float[] weights = [.. attention.MapOf(word)];
                float scale = (float)stage["scales"]![word]!;
                Assert.Equal(weights.Max(), scale);
                byte[] map = stage["maps"]![word].Bytes();
                Assert.Equal(weights.Length, map.Length);
                Assert.All(map.Zip(weights), pixel => Assert.Equal(pixel.Second, pixel.First / 255f * scale, 0.5f / 255 * scale * 1.001f));
            }
        }
    }

    [Fact]
    public async Task Unknown_words_come_with_suggestions()
    {
        JsonNode image = (await server.Client.PostAsync(Path, """{ "caption": "a red hart" }"""))["images"]![0]!;

        Assert.Equal(["a", "red"], image["words"]!.AsArray().Select(word => (string?)word));
        JsonNode unknown = Assert.Single(image["unknownWords"]!.AsArray())!;
        Assert.Equal("hart", (string?)unknown["word"]);
        Assert.Contains("heart", unknown["suggestions"]!.AsArray().Select(word => (string?)word));
    }

    [Fact]
    public async Task Words_that_are_read_as_known_ones_are_reported()
    {
        JsonNode image = (await server.Client.PostAsync(Path, """{ "caption": "a red Puppy", "seed": 7 }"""))["images"]![0]!;

        Assert.Equal(["a", "red", "dog"], image["words"]!.AsArray().Select(word => (string?)word));
        JsonNode reading = Assert.Single(image["readings"]!.AsArray())!;
        Assert.Equal(("puppy", "dog"), ((string?)reading["word"], (string?)reading["known"]));
        Assert.Empty(image["unknownWords"]!.AsArray());
        byte[] file = image["stages"]![0]!["data"].Bytes();
        Assert.Equal("puppy, read as dog", ImageMetadata.Read(file, "the image")!.Readings);
        Assert.Equal(
            server.Pipeline.Generate("a red dog", new GenerationOptions { Seed = 7 }, Cancellation).Image.Pixels,
            RgbImage.Decode(file, RgbColor.White, "the image").Pixels);
    }

    [Fact]
    public async Task Strict_words_are_not_read_as_others()
    {
        JsonNode image = (await server.Client.PostAsync(Path, """{ "caption": "a puppy", "strictWords": true }"""))["images"]![0]!;
        Assert.Equal("puppy", (string?)Assert.Single(image["unknownWords"]!.AsArray())!["word"]);
        Assert.Empty(image["readings"]!.AsArray());

        JsonNode problem = await server.Client.PostAsync(
            Path, """{ "caption": "puppy", "strictWords": true }""", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("puppy", (string?)problem["caption"]);
    }

    [Fact]
    public async Task A_caption_with_too_many_words_is_truncated()
    {
        JsonNode image = (await server.Client.PostAsync(
            Path, $$"""{ "caption": "{{string.Join(' ', Enumerable.Repeat("red", 17))}}" }"""))["images"]![0]!;

        Assert.True((bool)image["truncated"]!);
        Assert.Equal(16, image["words"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("image/png", ImageFormat.Png)]
    [InlineData("image/webp", ImageFormat.WebP)]
    [InlineData("application/json;q=0.5, image/webp", ImageFormat.WebP)]
    public async Task An_image_can_be_requested_as_a_file(string accept, ImageFormat format)
    {
        using HttpRequestMessage request = Api.Post(Path, """{ "caption": "a red heart", "seed": 7, "stages": true }""", accept);
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(format == ImageFormat.Png ? "image/png" : "image/webp", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("7", response.Headers.Header("X-Seed"));
        Assert.Equal("emoji", response.Headers.Header("X-Model"));
        byte[] file = await response.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(server.File("a red heart", 7, format), file);
        string path = System.IO.Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, file, Cancellation);
            var metadata = ImageMetadata.Read(path);
            Assert.Equal(("a red heart", 7L), (metadata?.Caption, metadata?.Seed));
            Assert.Equal(server.Pipeline.Card.Name, metadata?.Model);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_requested_format_takes_precedence_if_the_client_accepts_any_image()
    {
        using HttpRequestMessage request = Api.Post(Path, """{ "caption": "a red heart", "format": "webp" }""", "image/*");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        Assert.Equal("image/webp", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Several_images_can_be_requested_as_multipart()
    {
        using HttpRequestMessage request = Api.Post(Path, """{ "caption": "a red heart", "seed": 7, "n": 3 }""", "multipart/mixed");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        MediaTypeHeaderValue type = response.Content.Headers.ContentType!;
        Assert.Equal("multipart/mixed", type.MediaType);
        var reader = new MultipartReader(
            Assert.Single(type.Parameters).Value!, await response.Content.ReadAsStreamAsync(Cancellation));
        for (long seed = 7; seed < 10; seed++)
        {
            MultipartSection? part = await reader.ReadNextSectionAsync(Cancellation);
            Assert.Equal("image/png", part?.ContentType);
            Assert.Equal($"{seed}", part!.Headers!["X-Seed"].ToString());
            Assert.Equal("emoji", part.Headers["X-Model"].ToString());
            using var file = new MemoryStream();
            await part.Body.CopyToAsync(file, Cancellation);
            Assert.Equal(server.File("a red heart", seed), file.ToArray());
        }

        Assert.Null(await reader.ReadNextSectionAsync(Cancellation));
    }

    [Theory]
    [InlineData("""{ "caption": "a red heart", "n": 2 }""")]
    [InlineData("""{ "captions": ["a red heart", "a star"] }""")]
    public async Task Several_images_cannot_be_requested_as_one_file(string body)
    {
        JsonNode problem = await server.Client.PostAsync(Path, body, HttpStatusCode.BadRequest, "image/png");

        Assert.Contains("multipart/mixed", (string?)problem["errors"]!["n"]![0]);
    }

    [Fact]
    public async Task Other_media_types_are_not_acceptable()
    {
        JsonNode problem = await server.Client.PostAsync(Path, """{ "caption": "a star" }""", HttpStatusCode.NotAcceptable, "text/html");

        Assert.Contains("image/png", problem["mediaTypes"]!.AsArray().Select(type => (string?)type));
    }

    [Fact]
    public async Task A_caption_without_any_known_word_is_refused_with_suggestions()
    {
        JsonNode problem = await server.Client.PostAsync(
            Path, """{ "captions": ["a star", "hart zorgle"] }""", HttpStatusCode.UnprocessableEntity);

        Assert.Equal("hart zorgle", (string?)problem["caption"]);
        Assert.Equal(["hart", "zorgle"], problem["unknownWords"]!.AsArray().Select(word => (string?)word!["word"]));
        Assert.Contains("heart", problem["unknownWords"]![0]!["suggestions"]!.AsArray().Select(word => (string?)word));
        Assert.Contains("no words", (string?)(await server.Client.PostAsync(
            Path, """{ "caption": "!?" }""", HttpStatusCode.UnprocessableEntity))["detail"]);
    }

    [Fact]
    public async Task An_unknown_model_returns_404_with_the_available_names()
    {
        JsonNode problem = await server.Client.PostAsync(Path, """{ "caption": "a star", "model": "../emoji" }""", HttpStatusCode.NotFound);

        Assert.Equal(["emoji", "shapes"], problem["models"]!.AsArray().Select(name => (string?)name));
    }

    [Theory]
    [InlineData("""{ }""", "caption", "either")]
    [InlineData("""{ "caption": "a star", "captions": ["a star"] }""", "caption", "either")]
    [InlineData("""{ "captions": [] }""", "captions", "0 captions")]
    [InlineData("""{ "captions": ["a star", null] }""", "captions[1]", "missing")]
    [InlineData("""{ "caption": "a star", "n": 0 }""", "n", "at least 1")]
    [InlineData("""{ "caption": "a star", "n": 65 }""", "n", "at most 64")]
    [InlineData("""{ "captions": ["a star", "a star"], "n": 2147483647 }""", "n", "at most 64")]
    [InlineData("""{ "caption": "a star", "n": 2, "seed": 9223372036854775807 }""", "seed", "smaller")]
    [InlineData("""{ "caption": "a star", "truncation": 0 }""", "truncation", "greater than 0")]
    [InlineData("""{ "caption": "a star", "format": "gif" }""", "format", "png or webp")]
    [InlineData("""{ "caption": "a star", "format": null }""", "format", "png or webp")]
    [InlineData("""{ "caption": "a star", "size": 65 }""", "size", "32, 64, 128")]
    public async Task Errors_are_reported_by_member(string body, string member, string message)
    {
        JsonNode problem = await server.Client.PostAsync(Path, body, HttpStatusCode.BadRequest);

        Assert.Contains(message, (string?)problem["errors"]![member]![0]);
    }

    [Fact]
    public async Task Reports_all_errors_together()
    {
        string caption = new('a', 501);
        JsonNode problem = await server.Client.PostAsync(
            Path, $$"""{ "caption": "{{caption}}", "n": 0, "truncation": -1, "format": "gif" }""", HttpStatusCode.BadRequest);

        Assert.Equal(["caption", "n", "truncation", "format"], problem["errors"]!.AsObject().Select(error => error.Key));
        Assert.Contains("501", (string?)problem["errors"]!["caption"]![0]);
        string many = string.Join(", ", Enumerable.Repeat("\"a star\"", 17));
        Assert.Contains("1 to 16", (string?)(await server.Client.PostAsync(
            Path, $$"""{ "captions": [{{many}}] }""", HttpStatusCode.BadRequest))["errors"]!["captions"]![0]);
    }

    [Theory]
    [InlineData("""{ "caption": "a star", "sed": 7 }""", "`sed` is unknown; valid members: caption, captions, n, seed,")]
    [InlineData("""{ "Caption": "a star" }""", "`Caption` is unknown")]
    [InlineData("""{ "caption": "a star", "seed": "7" }""", "`seed` has the wrong type")]
    [InlineData("""{ "caption": "a star", "seed": 1.5 }""", "`seed` has the wrong type")]
    [InlineData("""{ "caption": 5 }""", "`caption` has the wrong type")]
    [InlineData("""{ "caption": "\ud83d" }""", "`caption` is not Unicode text")]
    [InlineData("""{ "caption": "a star", "caption": "a star" }""", "`caption` is duplicated")]
    [InlineData("""{ "caption": "a star", """, "not valid JSON")]
    [InlineData("""[ "a star" ]""", "has the wrong type")]
    [InlineData("null", "expected a JSON object")]
    [InlineData("", "expected a JSON object")]
    public async Task Malformed_json_is_explained_without_internal_names(string body, string message)
    {
        JsonNode problem = await server.Client.PostAsync(Path, body, HttpStatusCode.BadRequest);

        Assert.Contains(message, (string?)problem["detail"]);
        Assert.DoesNotContain("AttnGan.Server", problem.ToJsonString());
    }

    [Fact]
    public async Task Images_of_concurrent_clients_are_all_correct()
    {
        byte[][] files = await Task.WhenAll(Enumerable.Range(0, 32).Select(async seed => (await server.Client.PostAsync(
            Path, $$"""{ "caption": "a red heart", "seed": {{seed}}, "size": {{(seed % 2 == 0 ? 64 : 32)}} }"""))
            ["images"]![0]!["stages"]![0]!["data"].Bytes()));

        for (int seed = 0; seed < 32; seed++)
        {
            GeneratedImage expected = server.Generate(
                "a red heart", new GenerationOptions { Seed = seed, Size = seed % 2 == 0 ? 64 : 32 });
            Assert.Equal(expected.Image.Encode(ImageFormat.Png, expected.Metadata), files[seed]);
        }

        Assert.Empty(server.Log.Lines);
    }
}
