using System.ComponentModel;
using AttnGan.Generation;
using AttnGan.Server.Configuration;

namespace AttnGan.Server.Images;

/// <summary>What to draw.</summary>
internal sealed record ImagesRequest
{
    [Description("What the picture shows. Give this or `captions`.")]
    public string? Caption { get; init; }

    [Description("What several pictures show. Give this or `caption`.")]
    public IReadOnlyList<string?>? Captions { get; init; }

    [Description("Pictures of each caption.")]
    [DefaultValue(1)]
    public int N { get; init; } = 1;

    [Description("Seed of a caption's first picture, the next has the next number; the same caption, model and seed give the same " +
        "picture. Without it one is chosen, and told.")]
    public long? Seed { get; init; }

    [Description("Largest magnitude of the noise, above 0: 1 or less gives more typical and less varied pictures. Without it none.")]
    public double? Truncation { get; init; }

    [Description("Side of the picture in pixels, one of the model's `stageSizes`; smaller is quicker. Without it the largest.")]
    public int? Size { get; init; }

    [Description("Whether the pictures of earlier stages are wanted too.")]
    public bool Stages { get; init; }

    [Description("Whether it is wanted which words each stage attended to.")]
    public bool Attention { get; init; }

    [Description("Format of the pictures: \"png\" or \"webp\".")]
    [DefaultValue(PictureFormat.Default)]
    public string Format { get; init; } = PictureFormat.Default;

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

        if (N < 1 || (long)N * captions > options.MaxPictures)
        {
            errors.Add("n", $"{N} pictures of each of {captions} captions; expected at least 1 and at most {options.MaxPictures} altogether.");
        }

        if (Seed > long.MaxValue - N)
        {
            errors.Add("seed", $"{Seed} leaves no room for {N} pictures; use a smaller one.");
        }

        errors.CheckDrawing(Truncation, Format);
        return errors;
    }

    /// <summary>How to draw. Pictures of equal options can be drawn together.</summary>
    /// <param name="pictureAlone">Whether nothing but the finished picture is answered.</param>
    public GenerationOptions Options(bool pictureAlone) => new()
    {
        Truncation = Truncation ?? double.PositiveInfinity,
        Size = Size,
        AllStages = Stages && !pictureAlone,
        Attention = Attention && !pictureAlone,
    };
}
