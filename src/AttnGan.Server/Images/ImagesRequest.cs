using System.ComponentModel;
using AttnGan.Generation;
using AttnGan.Server.Configuration;

namespace AttnGan.Server.Images;

/// <summary>What to draw.</summary>
internal sealed record ImagesRequest
{
    [Description("What the image shows. Give this or `captions`.")]
    public string? Caption { get; init; }

    [Description("What several images show. Give this or `caption`.")]
    public IReadOnlyList<string?>? Captions { get; init; }

    [Description("Images of each caption.")]
    [DefaultValue(1)]
    public int N { get; init; } = 1;

    [Description("Seed of a caption's first image, the next has the next number; the same caption, model and seed give the same " +
        "image. Without it one is chosen, and told.")]
    public long? Seed { get; init; }

    [Description("Largest magnitude of the noise, above 0: 1 or less gives more typical and less varied images. Without it none.")]
    public double? Truncation { get; init; }

    [Description("Side of the image in pixels, one of the model's `stageSizes`; smaller is quicker. Without it the largest.")]
    public int? Size { get; init; }

    [Description("Whether the images of earlier stages are wanted too.")]
    public bool Stages { get; init; }

    [Description("Whether it is wanted which words each stage attended to.")]
    public bool Attention { get; init; }

    [Description("Format of the images: \"png\" or \"webp\".")]
    [DefaultValue(ResponseImageFormat.Default)]
    public string Format { get; init; } = ResponseImageFormat.Default;

    [Description("The model's name. Without it the default one.")]
    public string? Model { get; init; }

    /// <summary>The captions, however they were given; call this after <see cref="Check"/> has found nothing.</summary>
    public IReadOnlyList<string> AllCaptions() => Caption is not null ? [Caption] : [.. Captions!.Select(caption => caption!)];

    /// <summary>All that is wrong, by member.</summary>
    public RequestErrors Check(ServerOptions options)
    {
        var errors = new RequestErrors();
        int captions = 1;
        if (Caption is null == Captions is null)
        {
            errors.Add("caption", "Give either `caption` or `captions`.");
        }
        else if (Caption is not null)
        {
            errors.CheckCaption("caption", Caption, options);
        }
        else
        {
            captions = Captions!.Count;
            if (captions == 0 || captions > options.MaxCaptions)
            {
                errors.Add("captions", $"There are {captions} captions; expected 1 to {options.MaxCaptions}.");
            }

            for (int i = 0; i < Math.Min(captions, options.MaxCaptions); i++)
            {
                errors.CheckCaption($"captions[{i}]", Captions[i], options);
            }
        }

        if (N < 1 || (long)N * captions > options.MaxImages)
        {
            errors.Add("n", $"{N} images of each of {captions} captions; expected at least 1 and at most {options.MaxImages} altogether.");
        }

        if (Seed > long.MaxValue - N)
        {
            errors.Add("seed", $"{Seed} leaves no room for {N} images; use a smaller one.");
        }

        errors.CheckDrawing(Truncation, Format);
        return errors;
    }

    /// <summary>How to draw. Images of equal options can be drawn together.</summary>
    /// <param name="imageAlone">Whether nothing but the finished image is answered.</param>
    public GenerationOptions Options(bool imageAlone) => new()
    {
        Truncation = Truncation,
        Size = Size,
        AllStages = Stages && !imageAlone,
        Attention = Attention && !imageAlone,
    };
}
