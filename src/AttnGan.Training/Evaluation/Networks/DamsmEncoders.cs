using System.Security.Cryptography;
using System.Text;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>Both encoders of a trained DAMSM with its own words, to compare images and captions by global features: they do not learn.</summary>
internal sealed class DamsmEncoders : IDisposable
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
    public DamsmEncoders(TextEncoder textEncoder, ImageEncoder imageEncoder, CaptionEncoder captions, Device device)
        : this(textEncoder, imageEncoder, captions, device, owner: false)
    {
    }

    private DamsmEncoders(TextEncoder textEncoder, ImageEncoder imageEncoder, CaptionEncoder captions, Device device, bool owner)
    {
        _textEncoder = textEncoder;
        _imageEncoder = imageEncoder;
        _captions = captions;
        _device = device;
        _owner = owner;
    }

    /// <summary>Builds the networks of a checkpoint of DAMSM training. Not within a dispose scope, which would take them away.</summary>
    /// <exception cref="CheckpointException">Its weights are not those of its configuration.</exception>
    public static DamsmEncoders Load(Checkpoint damsm, Device device)
    {
        AttnGanConfig config = damsm.Config;
        var vocabulary = new Vocabulary(damsm.Vocabulary);
        var judge = new DamsmEncoders(
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

    /// <summary>Whether the caption has a word that the DAMSM knows.</summary>
    public bool Knows(string caption) => _captions.Encode(caption).Ids.Count > 0;

    /// <summary>(N, D): global features of captions, each of at least one word that it knows.</summary>
    public Tensor Sentences(IReadOnlyList<string> captions, CancellationToken cancellation = default)
    {
        const int ChunkSize = 256;
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> sentences = [];
        foreach (string[] chunk in captions.Chunk(ChunkSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var pause = CollectionPause.Begin();
            using DisposeScope chunkScope = NewDisposeScope();
            sentences.Add(_textEncoder.Encode([.. chunk.Select(_captions.Encode)], _device).Sentence.MoveToOuterDisposeScope());
        }

        return cat(sentences).MoveToOuterDisposeScope();
    }

    /// <summary>(B, D): global features of images.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public Tensor Codes(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return _imageEncoder.forward(images.to(_device)).Code.MoveToOuterDisposeScope();
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

    /// <summary>SHA-256 of the weights, wherever they are kept.</summary>
    public string Checksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        IEnumerable<KeyValuePair<string, Tensor>> state =
            ModuleState.Collect(_textEncoder, "text_encoder.").Concat(ModuleState.Collect(_imageEncoder, "image_encoder."));
        foreach ((string name, Tensor tensor) in state.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {string.Join('x', tensor.shape)}\n"));
            using DisposeScope scope = NewDisposeScope();
            SafetensorsTypes.ForEachChunk(tensor.detach().cpu().contiguous(), bytes => hash.AppendData(bytes));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Fill(Checkpoint damsm)
    {
        using (NewDisposeScope())
        {
            ModuleState.Load(_textEncoder, damsm.LoadTensors("text_encoder."), damsm.Path);
            ModuleState.Load(_imageEncoder, damsm.LoadTensors("image_encoder."), damsm.Path);
        }

        foreach (nn.Module network in (nn.Module[])[_textEncoder, _imageEncoder])
        {
            network.to(_device);
            network.eval();
            network.SetTrainable(false);
        }
    }
}
