namespace AttnGan.Inference;

/// <summary>
/// Which channel stands where: contexts are kept with the channels of a pixel side by side, padded to whole vectors. Entry i is the
/// channel at place i, or -1 for padding.
/// </summary>
internal static class ChannelMap
{
    public static int Padded(int channels) => (channels + Gemm.Lanes - 1) / Gemm.Lanes * Gemm.Lanes;

    /// <summary>Channels, then padding.</summary>
    public static int[] Of(int channels) => [.. Enumerable.Range(0, Padded(channels)).Select(place => place < channels ? place : -1)];

    /// <summary>Two groups of channels, each with its padding: a hidden context beside its word context.</summary>
    public static int[] OfPair(int channels) =>
        [.. Of(channels), .. Of(channels).Select(channel => channel < 0 ? -1 : channel + channels)];

    /// <summary>The columns of panels of a layer whose outputs are taken as they are.</summary>
    public static int[] PlainColumns(int[] outputs) =>
        [.. outputs, .. Enumerable.Repeat(-1, (Gemm.Columns - (outputs.Length % Gemm.Columns)) % Gemm.Columns)];

    /// <summary>
    /// The columns of panels of a gated layer: sixteen values and then their sixteen gates, so that a panel is enough to apply the gates.
    /// </summary>
    /// <param name="outputs">Places after the gates.</param>
    /// <param name="channels">Channels after the gates: the gate of channel i is output i + channels of the layer.</param>
    public static int[] GatedColumns(int[] outputs, int channels) =>
    [
        .. outputs.Chunk(Gemm.Lanes).SelectMany(values => values.Concat(values.Select(value => value < 0 ? -1 : value + channels))),
    ];
}
