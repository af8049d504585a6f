using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>
/// The captions of a batch, each with one word replaced so that it is wrong (<see cref="FoilCaptions"/>). The tensors belong to the dispose
/// scope in which they are created.
/// </summary>
internal sealed class FoilTensors
{
    private readonly Tensor _captions; // (B, T) word IDs, padded with 0
    private readonly Tensor _isFoil;
    private readonly Tensor _lengths;

    /// <param name="foils">The words that replace others.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="step">The step; seed and step decide which words are replaced.</param>
    /// <param name="device">The device of the tensors.</param>
    public FoilTensors(FoilCaptions foils, CaptionedBatch batch, long seed, long step, Device device)
    {
        long[] ids = [.. batch.CaptionIds];
        bool[] isFoil = new bool[batch.Size];
        for (int b = 0; b < batch.Size; b++)
        {
            var random = new CounterRandom(seed, RandomStream.Foils, step, batch.Rows[b]);
            if (foils.Replace(batch.Captions[b], ref random) is var (place, word))
            {
                ids[(b * batch.MaxLength) + place] = word;
                isFoil[b] = true;
            }
        }

        _captions = tensor(ids, [batch.Size, batch.MaxLength], device: device);
        _isFoil = tensor(isFoil, device: device);
        _lengths = tensor(batch.Lengths);
    }

    /// <summary>Computes their features.</summary>
    public FoilFeatures Encode(TextEncoder encoder) => new(encoder.forward(_captions, _lengths), _isFoil);

    /// <summary>Computes their features without gradients.</summary>
    public FoilFeatures EncodeFixed(TextEncoder encoder)
    {
        using IDisposable noGradient = no_grad();
        return Encode(encoder);
    }
}

/// <summary>Features of captions that are wrong by one word.</summary>
/// <param name="Text">The features of a batch of captions.</param>
/// <param name="IsFoil">(B): false for captions that could not be made wrong, which do not count.</param>
internal sealed record FoilFeatures(TextFeatures Text, Tensor IsFoil);
