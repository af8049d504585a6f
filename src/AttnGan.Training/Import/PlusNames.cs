using AttnGan.Training.Formats;

namespace AttnGan.Training.Import;

/// <summary>
/// The state names of AttnGAN++ (Dinh et al., "TISE: Bag of Metrics for Text-to-Image Synthesis Evaluation", 2022), where they differ from
/// those of AttnGAN: the generator's attention, and the convolutions of the discriminators, whose spectral normalization wraps them.
/// </summary>
internal static class PlusNames
{
    private const string Attention = ".spatial_attn.";
    private const string Wrapper = ".module.";
    private const string WrappedWeight = "weight_bar";

    /// <summary>Gives tensors the names of AttnGAN. Others stay as they are.</summary>
    public static void Translate(TensorDictionary tensors)
    {
        // v of a power iteration is computed from u in every step.
        tensors.Remove(static name => name.EndsWith($"{Wrapper}weight_v", StringComparison.Ordinal));
        tensors.Rename(static name => name.Replace(Attention, ".att.", StringComparison.Ordinal)
            .Replace($"{Wrapper}{WrappedWeight}", ".weight", StringComparison.Ordinal)
            .Replace(Wrapper, ".", StringComparison.Ordinal));
    }
}
