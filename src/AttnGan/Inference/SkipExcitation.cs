using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// Skip-layer excitation (Liu et al., FastGAN, arXiv:2101.04775, equation 1): multiplies each channel of a hidden context by a factor in
/// (0, 1), computed from a map of the first stage, which is pooled to 4 x 4.
/// </summary>
internal sealed unsafe class SkipExcitation
{
    private const int Pooled = Models.ModelArchitecture.SeedSize;
    private const float NegativeSlope = 0.1f;

    private readonly float[] _squeeze;
    private readonly float[] _excite;
    private readonly int _source;
    private readonly int _sourceChannels;
    private readonly int _channels;

    /// <param name="squeeze">(C, source channels, 4, 4).</param>
    /// <param name="excite">(C, C).</param>
    /// <param name="source">Side of the map of the first stage: 4 times a power of two.</param>
    /// <param name="sourceChannels">Its channels.</param>
    /// <param name="channels">C: channels of the hidden context.</param>
    public SkipExcitation(WeightValues squeeze, WeightValues excite, int source, int sourceChannels, int channels)
    {
        (_source, _sourceChannels, _channels) = (source, sourceChannels, channels);
        _squeeze = ToPooledLayout(squeeze.ToArray());
        _excite = Pad(excite.ToArray(), channels);
    }

    /// <summary>Multiplies the hidden contexts.</summary>
    /// <param name="initial">The maps of the first stage by side.</param>
    /// <param name="contexts">(B, S, S, stride).</param>
    /// <param name="workspace">Scratch memory and workers.</param>
    public void Run(IReadOnlyList<ContextMap> initial, ContextMap contexts, Workspace workspace)
    {
        ContextMap source = initial.First(map => map.Size == _source);
        int padded = ChannelMap.Padded(_channels);
        float* factors = workspace.Get("excitation", (long)contexts.Batch * padded);
        workspace.Workers.Run(contexts.Batch, (image, worker) => ComputeFactors(source, image, factors + ((long)image * padded)));
        workspace.Workers.Run(contexts.Batch * contexts.Size, (row, worker) =>
        {
            (int image, int y) = Math.DivRem(row, contexts.Size);
            float* factor = factors + ((long)image * padded);
            float* pixel = contexts.Pixel(image, y, 0);
            for (int x = 0; x < contexts.Size; x++, pixel += contexts.Stride)
            {
                for (int channel = 0; channel < padded; channel += Gemm.Lanes)
                {
                    (Vector512.Load(pixel + channel) * Vector512.Load(factor + channel)).Store(pixel + channel);
                }
            }
        });
    }

    /// <summary>Computes the factors of an image; those of padding multiply zeros.</summary>
    private void ComputeFactors(ContextMap source, int image, float* factors)
    {
        float[] pooled = Pool(source, image);
        float[] squeezed = new float[ChannelMap.Padded(_channels)];
        for (int channel = 0; channel < _channels; channel++)
        {
            float value = Dot(pooled, _squeeze, channel);
            squeezed[channel] = value < 0 ? NegativeSlope * value : value;
        }

        float[] excited = new float[squeezed.Length];
        for (int channel = 0; channel < _channels; channel++)
        {
            excited[channel] = Dot(squeezed, _excite, channel);
        }

        for (int channel = 0; channel < excited.Length; channel += Gemm.Lanes)
        {
            VectorMath.Sigmoid(Vector512.Create(excited, channel)).Store(factors + channel);
        }
    }

    /// <summary>Returns the means of the blocks of a map: (4, 4, padded channels).</summary>
    private float[] Pool(ContextMap source, int image)
    {
        (int block, int padded) = (_source / Pooled, ChannelMap.Padded(_sourceChannels));
        float[] pooled = new float[Pooled * Pooled * padded];
        var share = Vector512.Create(1f / (block * block));
        for (int y = 0; y < _source; y++)
        {
            for (int x = 0; x < _source; x++)
            {
                float* pixel = source.Pixel(image, y, x);
                int start = (((y / block) * Pooled) + (x / block)) * padded;
                for (int channel = 0; channel < padded; channel += Gemm.Lanes)
                {
                    var sum = Vector512.Create(pooled, start + channel);
                    Vector512.FusedMultiplyAdd(Vector512.Load(pixel + channel), share, sum).CopyTo(pooled, start + channel);
                }
            }
        }

        return pooled;
    }

    /// <summary>Returns the product of a vector and a row of a matrix, both of whole vectors.</summary>
    private static float Dot(float[] vector, float[] rows, int row)
    {
        Vector512<float> sum = default;
        for (int i = 0; i < vector.Length; i += Gemm.Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(vector, i), Vector512.Create(rows, (row * vector.Length) + i), sum);
        }

        return VectorMath.Sum(sum);
    }

    /// <summary>Reorders (C, source channels, 4, 4) to (C, 4, 4, padded source channels).</summary>
    private float[] ToPooledLayout(float[] weights)
    {
        const int Pixels = Pooled * Pooled;
        int padded = ChannelMap.Padded(_sourceChannels);
        float[] reordered = new float[_channels * Pixels * padded];
        for (int i = 0; i < weights.Length; i++)
        {
            (int pair, int pixel) = Math.DivRem(i, Pixels);
            (int channel, int input) = Math.DivRem(pair, _sourceChannels);
            reordered[(((channel * Pixels) + pixel) * padded) + input] = weights[i];
        }

        return reordered;
    }

    private static float[] Pad(float[] weights, int channels)
    {
        int padded = ChannelMap.Padded(channels);
        float[] rows = new float[channels * padded];
        for (int row = 0; row < channels; row++)
        {
            weights.AsSpan(row * channels, channels).CopyTo(rows.AsSpan(row * padded));
        }

        return rows;
    }
}
