using System.Drawing;
using System.Globalization;
using AttnGan.Generation;
using AttnGan.Imaging;
using Microsoft.Extensions.AI;

namespace AttnGan.Extensions.AI;

/// <summary>Generates images with a pipeline, which it does not own.</summary>
internal sealed class AttnGanImageGenerator(TextToImagePipeline pipeline) : IImageGenerator
{
    private const string Provider = "attngan";

    private readonly ImageGeneratorMetadata _metadata = new(Provider, providerUri: null, pipeline.Card.Name);

    public async Task<ImageGenerationResponse> GenerateAsync(
        ImageGenerationRequest request, ImageGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.OriginalImages?.Any() == true)
        {
            throw new AttnGanException(
                "The request has original images, but the model generates images from captions only; omit the original images.");
        }

        options ??= new ImageGenerationOptions();
        ImageFormat format = FormatOf(options.MediaType);
        CheckModel(options.ModelId);
        ScaledSize? size = SizeOf(options.ImageSize);
        GenerationRequest[] requests = RequestsOf(request, options);
        var generation = new GenerationOptions
        {
            Size = size?.StageSize,
            Truncation = Read<double>(options, AttnGanImageProperties.Truncation),
            // Options that were JSON have JSON values.
            Style = options.AdditionalProperties?.GetValueOrDefault(AttnGanImageProperties.Style)?.ToString(),
            Attention = Read<bool>(options, AttnGanImageProperties.Attention) ?? false,
            StrictWords = Read<bool>(options, AttnGanImageProperties.StrictWords) ?? false,
        };
        IProgress<GenerationProgress>? progress = ProgressOf(options);

        var response = new ImageGenerationResponse(new List<AIContent>(requests.Length));
        List<GeneratedImage> images = [];
        await foreach (GeneratedImage image in
            pipeline.GenerateAsync(requests, generation, progress, cancellationToken).ConfigureAwait(false))
        {
            images.Add(image);
            response.Contents.Add(Encode(image, size, format));
        }

        response.RawRepresentation = images;
        return response;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ImageGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(pipeline) ? pipeline
            : null;
    }

    public void Dispose()
    {
        // The pipeline belongs to whoever created it.
    }

    private static DataContent Encode(GeneratedImage image, ScaledSize? size, ImageFormat format)
    {
        RgbImage scaled = size?.Apply(image.Image) ?? image.Image;
        var content = new DataContent(scaled.Encode(format, image.Metadata), MediaTypeOf(format))
        {
            RawRepresentation = image,
            AdditionalProperties = new()
            {
                [AttnGanImageProperties.Seed] = image.Seed,
                [AttnGanImageProperties.Words] = image.Caption.Words,
                [AttnGanImageProperties.Readings] = image.Caption.Readings,
                [AttnGanImageProperties.UnknownWords] = image.Caption.UnknownWords,
                [AttnGanImageProperties.GeneratedSize] = new Size(image.Image.Width, image.Image.Height),
            },
        };
        if (image.Style is not null)
        {
            content.AdditionalProperties[AttnGanImageProperties.Style] = image.Style;
        }

        if (image.Attention.Count > 0)
        {
            content.AdditionalProperties[AttnGanImageProperties.Attention] = image.Attention;
        }

        return content;
    }

    private static GenerationRequest[] RequestsOf(ImageGenerationRequest request, ImageGenerationOptions options)
    {
        if (request.Prompt is not { } caption)
        {
            throw new AttnGanException("The request has no prompt; specify the caption of the image.");
        }

        int count = options.Count ?? 1;
        if (count < 1)
        {
            throw new AttnGanException($"The request is for {count} images; expected at least 1.");
        }

        long seed = Read<long>(options, AttnGanImageProperties.Seed) ?? Random.Shared.Next();
        return seed <= long.MaxValue - count
            ? [.. Enumerable.Range(0, count).Select(i => new GenerationRequest(caption, seed + i))]
            : throw new AttnGanException(
                $"The seeds of {count} images from {seed} exceed the range of 64-bit integers; use a smaller seed.");
    }

    private void CheckModel(string? modelId)
    {
        if (modelId is not null && modelId != pipeline.Card.Name)
        {
            throw new AttnGanException(
                $"The request is for the model \"{modelId}\", but this generator has \"{pipeline.Card.Name}\". Omit the model, or use " +
                "the generator of that model.");
        }
    }

    private ScaledSize? SizeOf(Size? size) => size switch
    {
        null => null,
        { Width: < 1 } or { Height: < 1 } => throw InvalidSize(size.Value, "expected at least 1 pixel for width and height."),
        { Width: var width, Height: var height } when (long)width * height > RgbImage.MaxPixels =>
            throw InvalidSize(size.Value, string.Create(CultureInfo.InvariantCulture, $"expected at most {RgbImage.MaxPixels} pixels.")),
        { Width: var width, Height: var height } => ScaledSize.Fit(width, height, pipeline.StageSizes),
    };

    private static AttnGanException InvalidSize(Size size, string expected) =>
        new($"The size of the image is {size.Width}x{size.Height}; {expected}");

    private static ImageFormat FormatOf(string? mediaType) => mediaType switch
    {
        null or "image/png" => ImageFormat.Png,
        "image/webp" => ImageFormat.WebP,
        "image/jpeg" => ImageFormat.Jpeg,
        _ => throw new AttnGanException($"The media type is \"{mediaType}\"; expected image/png, image/webp or image/jpeg."),
    };

    private static string MediaTypeOf(ImageFormat format) => format switch
    {
        ImageFormat.Png => "image/png",
        ImageFormat.WebP => "image/webp",
        _ => "image/jpeg",
    };

    private static IProgress<GenerationProgress>? ProgressOf(ImageGenerationOptions options) =>
        options.AdditionalProperties?.GetValueOrDefault(AttnGanImageProperties.Progress) switch
        {
            null => null,
            IProgress<GenerationProgress> progress => progress,
            var other => throw Invalid(AttnGanImageProperties.Progress, other, "an IProgress<GenerationProgress>"),
        };

    /// <summary>Returns a number or a Boolean of the additional properties; null if it is missing.</summary>
    private static T? Read<T>(ImageGenerationOptions options, string name)
        where T : struct, IConvertible
    {
        if (options.AdditionalProperties?.GetValueOrDefault(name) is not { } value)
        {
            return null;
        }

        // Options that were JSON have JSON values.
        string? text = value is IConvertible convertible ? convertible.ToString(CultureInfo.InvariantCulture) : value.ToString();
        try
        {
            return (T)Convert.ChangeType(text!, typeof(T), CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            string expected = typeof(T) == typeof(long) ? "an integer" : typeof(T) == typeof(double) ? "a number" : "true or false";
            throw Invalid(name, value, expected);
        }
    }

    private static AttnGanException Invalid(string name, object value, string expected) =>
        new($"The additional property \"{name}\" is {value}; expected {expected}.");
}
