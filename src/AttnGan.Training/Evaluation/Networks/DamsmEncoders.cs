using System.Security.Cryptography;
using System.Text;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using AttnGan.Training.Losses;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>Both encoders of a trained DAMSM with its vocabulary. They compute global features and are not trained.</summary>
internal sealed class DamsmEncoders : IDisposable
{
    private readonly TextEncoder _textEncoder;
    private readonly ImageEncoder _imageEncoder;
    private readonly CaptionEncoder _captions;
    private readonly Device _device;
    private readonly bool _ownsEncoders;

    /// <param name="textEncoder">In evaluation mode; not disposed with this object.</param>
    /// <param name="imageEncoder">In evaluation mode; not disposed with this object.</param>
    /// <param name="captions">Encodes captions with the DAMSM's vocabulary.</param>
    /// <param name="device">The device of both encoders.</param>
    public DamsmEncoders(TextEncoder textEncoder, ImageEncoder imageEncoder, CaptionEncoder captions, Device device)
        : this(textEncoder, imageEncoder, captions, device, ownsEncoders: false)
    {
    }

    private DamsmEncoders(TextEncoder textEncoder, ImageEncoder imageEncoder, CaptionEncoder captions, Device device, bool ownsEncoders)
    {
        _textEncoder = textEncoder;
        _imageEncoder = imageEncoder;
        _captions = captions;
        _device = device;
        _ownsEncoders = ownsEncoders;
    }

    /// <summary>Loads the encoders of a DAMSM checkpoint. Must not be called within a dispose scope, which would dispose them.</summary>
    /// <exception cref="CheckpointException">Thrown when the weights do not match the configuration.</exception>
    public static DamsmEncoders Load(Checkpoint damsm, Device device)
    {
        AttnGanConfig config = damsm.Config;
        var vocabulary = new Vocabulary(damsm.Vocabulary);
        var encoders = new DamsmEncoders(
            new TextEncoder(config.TextEncoder, vocabulary.Count),
            new ImageEncoder(config.ImageEncoder, config.TextEncoder.Embedding),
            config.Data.CaptionEncoder(vocabulary),
            device,
            ownsEncoders: true);
        try
        {
            EncoderWeights.LoadFrozen(damsm, encoders._textEncoder, encoders._imageEncoder);
            encoders._textEncoder.to(device);
            encoders._imageEncoder.to(device);
            return encoders;
        }
        catch
        {
            encoders.Dispose();
            throw;
        }
    }

    /// <summary>Returns true if the DAMSM knows a word of a caption.</summary>
    public bool Knows(string caption) => _captions.Encode(caption).Ids.Count > 0;

    /// <summary>Computes the sentence features of captions: (N, D). Each caption must have a known word.</summary>
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

    /// <summary>Computes the global features of images: (B, D).</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public Tensor Codes(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return _imageEncoder.forward(images.to(_device)).Code.MoveToOuterDisposeScope();
    }

    /// <summary>Computes global features (B, D) and region features (B, D, N) of images.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public (Tensor Codes, Tensor Regions) Features(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        ImageFeatures features = _imageEncoder.forward(images.to(_device));
        return (features.Code.MoveToOuterDisposeScope(), features.Regions.flatten(2).MoveToOuterDisposeScope());
    }

    /// <summary>Scores images against captions by words and by global features, in chunks that bound memory.</summary>
    /// <param name="loss">The loss that the encoders were trained with.</param>
    /// <param name="regions">(I, D, N).</param>
    /// <param name="codes">(I, D).</param>
    /// <param name="captions">J captions, each with a known word.</param>
    /// <returns>(I, J), on the CPU.</returns>
    public (Tensor Words, Tensor Sentence) Scores(DamsmLoss loss, Tensor regions, Tensor codes, IReadOnlyList<string> captions)
    {
        const int Images = 32, Captions = 64;
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> words = [];
        List<Tensor> sentences = [];
        foreach (string[] chunk in captions.Chunk(Captions))
        {
            using DisposeScope chunkScope = NewDisposeScope();
            TextFeatures text = _textEncoder.Encode([.. chunk.Select(_captions.Encode)], _device);
            List<Tensor> scores = [];
            for (int start = 0; start < regions.shape[0]; start += Images)
            {
                using var pause = CollectionPause.Begin();
                using DisposeScope imageScope = NewDisposeScope();
                Range rows = start..(int)Math.Min(start + Images, regions.shape[0]);
                scores.Add(loss.WordScores(regions[rows].to(_device), text.Words, text.Padding).cpu().MoveToOuterDisposeScope());
            }

            words.Add(cat(scores).MoveToOuterDisposeScope());
            sentences.Add(loss.SentenceScores(codes.to(_device), text.Sentence).cpu().MoveToOuterDisposeScope());
        }

        return (cat(words, 1).MoveToOuterDisposeScope(), cat(sentences, 1).MoveToOuterDisposeScope());
    }

    /// <summary>Returns true if its text encoder has the same weights as another one.</summary>
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
        if (_ownsEncoders)
        {
            _textEncoder.Dispose();
            _imageEncoder.Dispose();
        }
    }

    /// <summary>Returns the SHA-256 of the weights, which does not depend on the file they come from.</summary>
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
}
