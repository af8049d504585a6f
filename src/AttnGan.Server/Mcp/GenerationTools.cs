using System.ComponentModel;
using System.Globalization;
using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Server.Errors;
using AttnGan.Server.Images;
using AttnGan.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AttnGan.Server.Mcp;

/// <summary>The tools of agents. An error that the agent can fix is a result with its message.</summary>
[McpServerToolType]
internal sealed class GenerationTools(ImageGeneration generation, ModelCatalog catalog)
{
    private const int TopWords = 5;
    private const string StyleParameter =
        "Style, for models that have several; the error for an unknown one names them. Default: the seed chooses one.";

    private static readonly IReadOnlyDictionary<string, string> s_names = new Dictionary<string, string>
    {
        ["captions"] = "caption",
        ["captions[0]"] = "caption",
    };

    [McpServerTool(Name = "generate", Title = "Generate an image", ReadOnly = true, OpenWorld = false)]
    [Description("Generates an image from a caption, such as \"a red heart\". The model knows a small vocabulary only (see the tool " +
        "`vocabulary`); it reads some other words as known ones and skips the rest. Short captions of one thing work best. Returns the " +
        "image, the seed that generates it, and how the model read the caption.")]
    public async Task<CallToolResult> GenerateAsync(
        [Description("Describes the image in a few words.")] string caption,
        [Description("The same caption, seed and model generate the same image. Default: random.")] long? seed = null,
        [Description("Width and height in pixels. Default: the largest size that the model generates.")] int? size = null,
        [Description("Largest magnitude of noise values: 1 or less gives more typical images. Default: no truncation.")]
        double? truncation = null,
        [Description(StyleParameter)] string? style = null,
        [Description("True to use only words of the vocabulary. Default: other words are read as known ones where the model says so, " +
            "such as \"puppy\" as \"dog\".")]
        bool strictWords = false,
        [Description("Name of the model. Default: the default model.")] string? model = null,
        CancellationToken cancellation = default)
    {
        var request = new ImagesRequest
        {
            Captions = [caption],
            Seed = seed,
            ScaledSize = size is { } side ? (side, side) : null,
            Truncation = truncation,
            Style = style,
            StrictWords = strictWords,
            Model = model,
        };
        return await RunAsync(
            request,
            withDetails: false,
            (job, image) =>
            [
                ImageContentBlock.FromBytes(job.Encode(image), job.MediaType),
                Text(Describe(job, image, cancellation)),
            ],
            cancellation);
    }

    [McpServerTool(Name = "explain", Title = "Explain an image", ReadOnly = true, OpenWorld = false)]
    [Description("Shows how a caption became an image: which words each stage of the model attended to, and where. Returns the shares of " +
        "the words, and a figure with the stages and a heat map for each word.")]
    public async Task<CallToolResult> ExplainAsync(
        [Description("Describes the image in a few words.")] string caption,
        [Description("The seed of the image. Default: random.")] long? seed = null,
        [Description(StyleParameter)] string? style = null,
        [Description("True to use only words of the vocabulary. Default: other words are read as known ones where the model says so, " +
            "such as \"puppy\" as \"dog\".")]
        bool strictWords = false,
        [Description("Name of the model. Default: the default model.")] string? model = null,
        CancellationToken cancellation = default)
    {
        var request = new ImagesRequest
        {
            Captions = [caption],
            Seed = seed,
            Style = style,
            Stages = true,
            Attention = true,
            StrictWords = strictWords,
            Model = model,
        };
        return await RunAsync(
            request,
            withDetails: true,
            (job, image) =>
            {
                byte[] figure = ResponseImageFormat.Encode(AttentionFigure.Draw(image), ResponseImageFormat.Png, image.Metadata);
                return
                [
                    Text(Describe(job, image, cancellation) + string.Concat(image.Attention.Select(Describe))),
                    ImageContentBlock.FromBytes(figure, ResponseImageFormat.Png),
                ];
            },
            cancellation);
    }

    [McpServerTool(Name = "vocabulary", Title = "List known words", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("Lists words that the model knows: those with a prefix, the most frequent first, or those similar to an unknown word.")]
    public async Task<CallToolResult> ListWordsAsync(
        [Description("Prefix of the words. Default: all words.")] string? prefix = null,
        [Description("An unknown word, to list similar known ones in place of a prefix.")] string? near = null,
        [Description("Maximum number of words, 1 to 1000. Default: 50, or 3 with `near`.")] int? limit = null,
        [Description("Name of the model. Default: the default model.")] string? model = null) => await CatchAsync(async () =>
    {
        (WordList? words, IDictionary<string, string[]> errors) = await VocabularySearch.FindAsync(catalog, prefix, near, limit, model);
        return errors.Count > 0 ? Error(string.Join(' ', errors.Values.SelectMany(messages => messages)))
            : words is null ? Error(Problems.TextOf(Problems.UnknownModel(model!, catalog.Names).ProblemDetails))
            : Result(Text(words.Words.Count == 0 ? "The model knows no such word." : string.Join(", ", words.Words)));
    });

    /// <summary>A result that tells the agent what to do otherwise.</summary>
    internal static CallToolResult Error(string message) => new() { Content = [Text(message)], IsError = true };

    /// <summary>Generates one image.</summary>
    private Task<CallToolResult> RunAsync(
        ImagesRequest request,
        bool withDetails,
        Func<GenerationJob, GeneratedImage, ContentBlock[]> describe,
        CancellationToken cancellation) => CatchAsync(async () =>
        {
            (GenerationJob? job, ProblemHttpResult? problem) =
                await generation.PrepareAsync(request, new RequestErrors(s_names), cancellation);
            return job is null
                ? Error(Problems.TextOf(problem!.ProblemDetails))
                : Result(describe(job, (await job.GenerateAsync(withDetails, cancellation))[0]));
        });

    /// <summary>Turns errors that are not the agent's into messages that tell it whether to try again.</summary>
    private static async Task<CallToolResult> CatchAsync(Func<Task<CallToolResult>> run)
    {
        try
        {
            return await run();
        }
        catch (QueueFullException full)
        {
            return Error(string.Create(
                CultureInfo.InvariantCulture, $"The generation queue is full. Try again in {full.RetryAfter.TotalSeconds:0} seconds."));
        }
        catch (StoppingException)
        {
            return Error("The server is shutting down.");
        }
        catch (AttnGanException)
        {
            // Its message has paths of the server, and is logged.
            return Error("The model cannot be loaded. The server log has the details.");
        }
    }

    private static string Describe(GenerationJob job, GeneratedImage image, CancellationToken cancellation)
    {
        string scaled = job.Side == job.GeneratedSide
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" scaled from {job.GeneratedSide}");
        string read = image.Caption.Readings.Count == 0 ? "" : $" Unknown words: {string.Join("; ", image.Caption.Readings)}.";
        IReadOnlyList<UnknownWord> unknown = new WordSuggestions(job.Model.Vocabulary, cancellation).Of(image.Caption);
        string skipped = unknown.Count == 0 ? "" : $" Unknown words, which the model skipped: {Problems.Describe(unknown)}.";
        string truncated = image.Caption.Truncated ? " The caption is too long; its end was skipped." : "";
        string style = image.Style is null ? "" : $" style {image.Style},";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\"{image.Caption.Text}\" by the model {job.Model.Name}, seed {image.Seed},{style} {job.Side} x {job.Side} pixels{scaled}." +
            $"{read}{skipped}{truncated}");
    }

    private static string Describe(StageAttention attention)
    {
        IEnumerable<string> words = attention.TopWords(Math.Min(TopWords, attention.Words.Count))
            .Select(word => string.Create(CultureInfo.InvariantCulture, $"{word.Word} {word.Weight * 100:0.0} %"));
        return string.Create(
            CultureInfo.InvariantCulture, $"\nStage {attention.Stage} attends most to: {string.Join(", ", words)}.");
    }

    private static TextContentBlock Text(string text) => new() { Text = text };

    private static CallToolResult Result(params ContentBlock[] content) => new() { Content = content };
}
