using System.ComponentModel;
using AttnGan.Generation;

namespace AttnGan.Server.Interpolations;

/// <summary>The first or the last image of an interpolation.</summary>
internal sealed record InterpolationEnd
{
    [Description("The caption.")]
    public string? Caption { get; init; }

    [Description("The seed.")]
    public long? Seed { get; init; }

    /// <summary>Returns the image of a valid end.</summary>
    public GenerationRequest ToRequest() => new(Caption!, Seed!.Value);
}
