using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>A trained DAMSM with its own words, to judge pictures by: it does not learn.</summary>
internal sealed class DamsmJudge : IDisposable
{
    private readonly TextEncoder _textEncoder;
    private readonly ImageEncoder _imageEncoder;
    private readonly CaptionEncoder _captions;
    private readonly Device _device;
    private readonly bool _owner;

    /// <param name="textEncoder">In evaluation mode; stays the caller's.</param>
    /// <param name="imageEncoder">In evaluation mode; stays the caller's.</param>
    /// <param name="captions">Its vocabulary.</param>
    /// <param name="device">Where both are.</param>
    public DamsmJudge(TextEncoder textEncoder, ImageEncoder imageEncoder, CaptionEncoder captions, Device device)
        : this(textEncoder, imageEncoder, captions, device, owner: false)
    {
    }

    private DamsmJudge(TextEncoder textEncoder, ImageEncoder imageEncoder, CaptionEncoder captions, Device device, bool owner)
    {
        _textEncoder = textEncoder;
        _imageEncoder = imageEncoder;
        _captions = captions;
        _device = device;
        _owner = owner;
    }

    /// <summary>Builds the networks of a checkpoint of DAMSM training. Not within a dispose scope, which would take them away.</summary>
    /// <exception cref="CheckpointException">Its weights are not those of its configuration.</exception>
    public static DamsmJudge Load(Checkpoint damsm, Device device)
    {
        AttnGanConfig config = damsm.Config;
        var vocabulary = new Vocabulary(damsm.Vocabulary);
        var judge = new DamsmJudge(
            new TextEncoder(config.TextEncoder, vocabulary.Count),
            new ImageEncoder(config.ImageEncoder, config.TextEncoder.Embedding),
            config.Data.CaptionEncoder(vocabulary),
            device,
            owner: true);
        try
        {
            judge.Fill(damsm);
            return judge;
        }
        catch
        {
            judge.Dispose();
            throw;
        }
    }

    /// <summary>Captions of which it knows no word.</summary>
    public IEnumerable<string> Unknown(IEnumerable<string> captions) => captions.Where(caption => _captions.Encode(caption).Ids.Count == 0);

    /// <summary>(N, D): global features of captions, each of at least one word that it knows.</summary>
    public Tensor Sentences(IReadOnlyList<string> captions)
    {
        const int ChunkSize = 256;
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> sentences = [];
        foreach (string[] chunk in captions.Chunk(ChunkSize))
        {
            using DisposeScope chunkScope = NewDisposeScope();
            sentences.Add(_textEncoder.Encode([.. chunk.Select(_captions.Encode)], _device).Sentence.MoveToOuterDisposeScope());
        }

        return cat(sentences).MoveToOuterDisposeScope();
    }

    /// <summary>(B, D): global features of pictures.</summary>
    /// <param name="pictures">(B, 3, S, S) in [-1, 1].</param>
    public Tensor Codes(Tensor pictures)
    {
        using DisposeScope scope = NewDisposeScope();
        return _imageEncoder.forward(pictures).Code.MoveToOuterDisposeScope();
    }

    /// <summary>Whether its text encoder has the same weights as another one.</summary>
    public bool ReadsAs(TextEncoder other)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] own = [.. _textEncoder.parameters()];
        Tensor[] others = [.. other.parameters()];
        return own.Length == others.Length &&
            own.Zip(others, (a, b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().item<bool>()).All(equal => equal);
    }

    public void Dispose()
    {
        if (_owner)
        {
            _textEncoder.Dispose();
            _imageEncoder.Dispose();
        }
    }

    private void Fill(Checkpoint damsm)
    {
        IReadOnlyDictionary<string, Tensor> tensors = damsm.LoadTensors();
        try
        {
            ModuleState.Load(_textEncoder, tensors, damsm.Path, "text_encoder.");
            ModuleState.Load(_imageEncoder, tensors, damsm.Path, "image_encoder.");
        }
        finally
        {
            foreach (Tensor tensor in tensors.Values)
            {
                tensor.Dispose();
            }
        }

        foreach (nn.Module network in (nn.Module[])[_textEncoder, _imageEncoder])
        {
            network.to(_device);
            network.eval();
            network.SetTrainable(false);
        }
    }
}
