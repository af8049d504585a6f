namespace AttnGan.Inference;

/// <summary>
/// Layouts of channels: contexts are channels-last, with the channels of a pixel padded to whole vectors. Entry i of a layout is the
/// channel at position i, or -1 for padding.
/// </summary>
internal static class ChannelMap
{
    /// <summary>Returns the number of channels, rounded up to whole vectors.</summary>
    public static int Padded(int channels) => (channels + Gemm.Lanes - 1) / Gemm.Lanes * Gemm.Lanes;

    /// <summary>Returns the layout of channels without padding.</summary>
    public static int[] Plain(int channels)
    {
        int[] layout = new int[channels];
        for (int position = 0; position < channels; position++)
        {
            layout[position] = position;
        }

        return layout;
    }

    /// <summary>Returns the layout of channels followed by padding.</summary>
    public static int[] Of(int channels) => OfGroups(channels, 1);

    /// <summary>Returns the layout of two groups of channels, each with its padding: a hidden context and its word context.</summary>
    public static int[] OfPair(int channels) => OfGroups(channels, 2);

    /// <summary>Returns the layout of groups of channels, each followed by padding.</summary>
    public static int[] OfGroups(int channels, int groups)
    {
        int padded = Padded(channels);
        int[] layout = new int[groups * padded];
        for (int i = 0; i < layout.Length; i++)
        {
            (int group, int position) = Math.DivRem(i, padded);
            layout[i] = position < channels ? (group * channels) + position : -1;
        }

        return layout;
    }

    /// <summary>Returns the panel columns of a layer without gates.</summary>
    public static int[] PlainColumns(int[] outputs)
    {
        int[] columns = new int[(outputs.Length + Gemm.Columns - 1) / Gemm.Columns * Gemm.Columns];
        outputs.CopyTo(columns, 0);
        columns.AsSpan(outputs.Length).Fill(-1);
        return columns;
    }

    /// <summary>
    /// Returns the panel columns of a gated layer: 16 values followed by their 16 gates, so that the gates can be applied within a panel.
    /// </summary>
    /// <param name="outputs">The layout after the gates, of whole vectors.</param>
    /// <param name="channels">Channels after the gates: the gate of channel i is output i + channels of the layer.</param>
    public static int[] GatedColumns(int[] outputs, int channels)
    {
        int[] columns = new int[2 * outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            (int vector, int lane) = Math.DivRem(i, Gemm.Lanes);
            int column = (vector * Gemm.Columns) + lane;
            columns[column] = outputs[i];
            columns[column + Gemm.Lanes] = outputs[i] < 0 ? -1 : outputs[i] + channels;
        }

        return columns;
    }
}
