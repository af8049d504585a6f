using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AttnGan.Web.Tests;

/// <summary>
/// The page before a server that keeps to the REST API's shapes and nothing else, so that what the page does with a server can be tested
/// without one, errors among them. With an address in ATTNGAN_PAGE, the page of a server that runs there is tested in its place.
/// </summary>
public sealed class StubServer : IPageHost, IAsyncLifetime
{
    private readonly TextToImagePipeline _pipeline = TextToImagePipeline.Load(Repository.BundledModel);
    private FileHost? _host;

    public Uri Page => Environment.GetEnvironmentVariable("ATTNGAN_PAGE") is { Length: > 0 } given ? new Uri(given) : _host!.Page;

    public async ValueTask InitializeAsync() =>
        _host = await FileHost.StartAsync(Path.Combine(Repository.Root, "src/AttnGan.Server/wwwroot"), "", api =>
        {
            api.MapGet("/v1/models", () => new { Models = new[] { Describe("emoji", true), Describe("other", false) } });
            api.MapGet("/v1/vocabulary", (string? prefix, string? near, int? limit) => new
            {
                Words = near is null
                    ? [.. Vocabulary.Words.Skip(1).Where(word => word.StartsWith(prefix ?? "", StringComparison.Ordinal)).Take(limit ?? 50)]
                    : Vocabulary.Nearest(near, limit ?? 3),
            });
            api.MapPost("/v1/images", (ImagesRequest request) => Answer([request.Caption], () =>
                _pipeline.Generate(
                    [.. Enumerable.Range(0, request.N).Select(i => new PictureRequest(request.Caption, request.Seed + i))],
                    new GenerationOptions
                    {
                        AllStages = request.Stages,
                        Attention = request.Attention,
                        Truncation = request.Truncation ?? double.PositiveInfinity,
                    }),
                request.Model));
            api.MapPost("/v1/interpolations", (InterpolationRequest request) => Answer([request.From.Caption, request.To.Caption], () =>
                _pipeline.Interpolate(
                    new PictureRequest(request.From.Caption, request.From.Seed),
                    new PictureRequest(request.To.Caption, request.To.Seed),
                    request.Frames,
                    new GenerationOptions { Truncation = request.Truncation ?? double.PositiveInfinity }),
                request.Model));
        });

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        _pipeline.Dispose();
    }

    private Vocabulary Vocabulary => _pipeline.Captions.Vocabulary;

    private object Describe(string name, bool isDefault) => new
    {
        Name = name,
        _pipeline.Card.Description,
        Licence = _pipeline.Card.License,
        _pipeline.Card.Steps,
        _pipeline.StageSizes,
        VocabularySize = Vocabulary.Count - 1,
        _pipeline.Captions.MaxWords,
        Default = isDefault,
    };

    private IResult Answer(string[] captions, Func<IEnumerable<GeneratedImage>> draw, string? model)
    {
        foreach (EncodedCaption caption in captions.Select(_pipeline.Captions.Encode).Where(caption => caption.Ids.Count == 0))
        {
            return Results.Problem(
                $"No word of \"{caption.Text}\" is known.",
                statusCode: StatusCodes.Status422UnprocessableEntity,
                title: "No known word",
                extensions: new Dictionary<string, object?> { ["unknownWords"] = Unknown(caption) });
        }

        return Results.Json(new { Model = model, Images = draw().Select(Describe).ToArray() });
    }

    private object Describe(GeneratedImage image) => new
    {
        Caption = image.Caption.Text,
        image.Seed,
        image.Caption.Words,
        UnknownWords = Unknown(image.Caption),
        image.Caption.Truncated,
        Stages = image.Stages.Select(stage => new { Size = stage.Width, MediaType = "image/png", Data = Encode(stage, image.Metadata) }),
        Attention = image.Attention.Select(attention => new
        {
            attention.Stage,
            attention.Size,
            TopWords = attention.TopWords(attention.Words.Count),
            Maps = attention.Words.Select((_, word) =>
            {
                float[] map = attention.MapOf(word).ToArray();
                return map.Select(weight => (byte)MathF.Round(weight / map.Max() * 255)).ToArray();
            }),
            Scales = attention.Words.Select((_, word) => attention.MapOf(word).ToArray().Max()),
        }),
    };

    private IEnumerable<object> Unknown(EncodedCaption caption) =>
        caption.UnknownWords.Select(word => new { Word = word, Suggestions = Vocabulary.Nearest(word) });

    private static byte[] Encode(RgbImage picture, ImageMetadata metadata)
    {
        string path = Path.Combine(Path.GetTempPath(), $"attngan-{Guid.NewGuid():N}.png");
        try
        {
            picture.Save(path, metadata);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal sealed record ImagesRequest(string Caption, long Seed, int N = 1, double? Truncation = null, bool Stages = false, bool Attention = false, string? Model = null);

    internal sealed record InterpolationRequest(End From, End To, int Frames, double? Truncation = null, string? Model = null);

    internal sealed record End(string Caption, long Seed);
}
