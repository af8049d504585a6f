using AttnGan.Generation;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using static TorchSharp.torch;

namespace AttnGan.Training.Generation;

/// <summary>Draws pictures from captions with a trained model, on libtorch.</summary>
internal sealed class TorchPipeline : IDisposable
{
    private readonly TrainedNetworks _networks;
    private readonly PictureMaker _maker;

    private TorchPipeline(ModelFile model, Device device)
    {
        Model = model;
        _networks = TrainedNetworks.Load(model);
        _networks.MoveTo(device);
        Captions = model.Config.Data.CaptionEncoder(Vocabulary);
        _maker = new PictureMaker(_networks.TextEncoder, _networks.Generator, device);
    }

    public ModelFile Model { get; }

    public Vocabulary Vocabulary => _networks.Vocabulary;

    /// <summary>How the model reads captions.</summary>
    public CaptionEncoder Captions { get; }

    /// <summary>Side in pixels of each stage's picture, smallest first.</summary>
    public IReadOnlyList<int> StageSizes => Model.Config.Generator.PictureSizes;

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model file, a GAN checkpoint or a run folder.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="AttnGanException">There is none, or it is damaged.</exception>
    public static TorchPipeline Load(string path, Device device) => new(ModelFile.Open(path), device);

    /// <summary>Draws lazily, in the order of the requests.</summary>
    /// <param name="requests">Captions, each with at least one known word, and seeds.</param>
    /// <param name="batchSize">Pictures drawn at once; without influence on them beyond rounding.</param>
    /// <param name="cancellation">Stops before the next batch.</param>
    public IEnumerable<GeneratedImage> Generate(
        IReadOnlyList<PictureRequest> requests, int batchSize, CancellationToken cancellation = default)
    {
        // With the misaligned mask a caption sees its neighbours' padding; alone, both masks are the same.
        int together = Model.Config.Compat.MisalignedAttentionMask ? 1 : batchSize;
        foreach (PictureRequest[] chunk in requests.Chunk(together))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (GeneratedImage image in _maker.Draw([.. chunk.Select(request => (Captions.Encode(request.Caption), request.Seed))]))
            {
                yield return image;
            }
        }
    }

    public void Dispose() => _networks.Dispose();
}

/// <summary>A picture to draw.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Seed">Fixes all chance.</param>
internal sealed record PictureRequest(string Caption, long Seed);
