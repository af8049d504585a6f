namespace AttnGan.Inference;

/// <summary>
/// Layouts of channels: contexts are channels-last, with the channels of a pixel padded to whole vectors. Entry i of a layout is the
/// channel at position i, or -1 for padding.
/// </summary>
internal static class ChannelMap
{
    /// <summary>Returns the number of channels, rounded up to whole vectors.</summary>
    public static int Padded(int channels) => (channels + Gemm.Lanes - 1) / Gemm.Lanes * Gemm.Lanes;

    /// <summary>Returns the layout of channels followed by padding.</summary>
    public static int[] Of(int channels) =>
        [.. Enumerable.Range(0, Padded(channels)).Select(position => position < channels ? position : -1)];

    /// <summary>Returns the layout of two groups of channels, each with its padding: a hidden context and its word context.</summary>
    public static int[] OfPair(int channels) =>
        [.. Of(channels), .. Of(channels).Select(channel => channel < 0 ? -1 : channel + channels)];

    /// <summary>Returns the panel columns of a layer without gates.</summary>
    public static int[] PlainColumns(int[] outputs) =>
        [.. outputs, .. Enumerable.Repeat(-1, (Gemm.Columns - (outputs.Length % Gemm.Columns)) % Gemm.Columns)];

    /// <summary>
    /// Returns the panel columns of a gated layer: 16 values followed by their 16 gates, so that the gates can be applied within a panel.
    /// </summary>
    /// <param name="outputs">The layout after the gates.</param>
    /// <param name="channels">Channels after the gates: the gate of channel i is output i + channels of the layer.</param>
    public static int[] GatedColumns(int[] outputs, int channels) =>
    [
        .. outputs.Chunk(Gemm.Lanes).SelectMany(values => values.Concat(values.Select(value => value < 0 ? -1 : value + channels))),
    ];
}
