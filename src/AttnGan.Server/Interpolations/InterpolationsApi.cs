using System.ComponentModel;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Images;
using AttnGan.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Interpolations;

/// <summary><c>/v1/interpolations</c>: the way from one image to another.</summary>
internal static class InterpolationsApi
{
    public static RouteGroupBuilder MapInterpolations(this RouteGroupBuilder api)
    {
        api.MapPost("/interpolations", Draw).WithTags("Drawing").WithName("drawInterpolation")
            .WithSummary("Draw the way from one image to another")
            .WithDescription(
                "From caption to caption, seed to seed, or both at once. Answers with the frames in JSON or, for a client that accepts " +
                "image/webp rather than JSON, with an animated WebP.")
            .Produces<ImagesResponse>(StatusCodes.Status200OK, Representation.Json, ResponseImageFormat.WebP)
            .ProducesGenerationProblems();
        return api;
    }

    private static async Task<Results<Ok<ImagesResponse>, ImageResult, ValidationProblem, ProblemHttpResult>> Draw(
        InterpolationRequest request, HttpRequest http, ModelCatalog catalog, ServerOptions limits, CancellationToken aborted)
    {
        if (Representation.Choose(http, Representation.Json, ResponseImageFormat.WebP) is not { } form)
        {
            return Problems.NotAcceptable(Representation.Json, ResponseImageFormat.WebP);
        }

        RequestErrors errors = request.Check(limits);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (catalog.Find(request.Model) is not { } served)
        {
            return Problems.UnknownModel(request.Model!, catalog.Names);
        }

        LoadedModel model = await served.LoadAsync();
        errors.CheckSize(request.Size, model.Pipeline.StageSizes);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        GenerationRequest from = request.From!.ToImage(), to = request.To!.ToImage();
        if (ImagesApi.FindNoKnownWord([from.Caption, to.Caption], model) is { } problem)
        {
            return problem;
        }

        IReadOnlyList<GeneratedImage> frames =
            await model.Queue.InterpolateAsync(from, to, request.Frames, request.Options(), aborted);
        if (form == Representation.Json)
        {
            string mediaType = ResponseImageFormat.MediaTypeOf(request.Format);
            return TypedResults.Ok(new ImagesResponse(
                model.Name, [.. frames.Select(frame => ImageDescription.Of(frame, mediaType, model.Vocabulary))]));
        }

        byte[] animation = Animation.Encode(
            [.. frames.Select(frame => frame.Image)],
            new AnimationOptions
            {
                FrameDuration = InterpolationRequest.FrameDuration,
                // No seed alone draws the way again, as `attngan generate` says of it too.
                Metadata = frames[0].Metadata with { Caption = $"{from.Caption} → {to.Caption}", Seed = null },
            });
        return new ImageResult(animation, ResponseImageFormat.WebP, from.Seed, model.Name);
    }
}

/// <summary>The way from one image to another.</summary>
internal sealed record InterpolationRequest
{
    /// <summary>Milliseconds that a frame of an animation stays.</summary>
    public const int FrameDuration = 80;

    [Description("The first frame.")]
    public InterpolationEnd? From { get; init; }

    [Description("The last frame.")]
    public InterpolationEnd? To { get; init; }

    [Description("Images, both ends included; at least 2.")]
    [DefaultValue(12)]
    public int Frames { get; init; } = 12;

    [Description("Largest magnitude of the noise, above 0. Without it none.")]
    public double? Truncation { get; init; }

    [Description("Side of the images in pixels, one of the model's `stageSizes`. Without it the largest.")]
    public int? Size { get; init; }

    [Description("Format of the frames in JSON: \"png\" or \"webp\".")]
    [DefaultValue(ResponseImageFormat.Default)]
    public string Format { get; init; } = ResponseImageFormat.Default;

    [Description("The model's name. Without it the default one.")]
    public string? Model { get; init; }

    /// <summary>All that is wrong, by member.</summary>
    public RequestErrors Check(ServerOptions options)
    {
        var errors = new RequestErrors();
        CheckEnd("from", From);
        CheckEnd("to", To);
        if (Frames < 2 || Frames > options.MaxFrames)
        {
            errors.Add("frames", $"{Frames} frames; expected 2 to {options.MaxFrames}.");
        }

        errors.CheckDrawing(Truncation, Format);
        return errors;

        void CheckEnd(string member, InterpolationEnd? end)
        {
            if (end is null)
            {
                errors.Add(member, "Give a caption and a seed.");
                return;
            }

            errors.CheckCaption($"{member}.caption", end.Caption, options);
            if (end.Seed is null)
            {
                errors.Add($"{member}.seed", "A seed is missing.");
            }
        }
    }

    public GenerationOptions Options() => new() { Truncation = Truncation, Size = Size };
}

/// <summary>An end of the way.</summary>
internal sealed record InterpolationEnd
{
    [Description("What the image shows.")]
    public string? Caption { get; init; }

    [Description("Its seed.")]
    public long? Seed { get; init; }

    /// <summary>The image to draw, of an end that was found right.</summary>
    public GenerationRequest ToImage() => new(Caption!, Seed!.Value);
}
