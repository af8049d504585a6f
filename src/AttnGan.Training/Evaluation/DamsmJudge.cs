using System.Security.Cryptography;
using System.Text;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>A trained DAMSM that compares pictures and captions by their global features, captions read with its own vocabulary.</summary>
internal sealed class DamsmJudge : IDisposable
{
    public const string Role = "damsm";
    public const string IndependentRole = "independent_damsm";

    private const int CaptionBatch = 256;

    private readonly TextEncoder _textEncoder;
    private readonly ImageEncoder _imageEncoder;
    private readonly CaptionEncoder _captions;
    private readonly Device _device;

    private DamsmJudge(Checkpoint checkpoint, string role, Device device)
    {
        Config = checkpoint.Config;
        var vocabulary = new Vocabulary(checkpoint.Vocabulary);
        _captions = Config.Data.CaptionEncoder(vocabulary);
        _device = device;
        _textEncoder = new TextEncoder(Config.TextEncoder, vocabulary.Count);
        _imageEncoder = new ImageEncoder(Config.ImageEncoder, Config.TextEncoder.Embedding);
        try
        {
            using (NewDisposeScope())
            {
                ModuleState.Load(_textEncoder, checkpoint.LoadTensors("text_encoder."), checkpoint.Path);
                ModuleState.Load(_imageEncoder, checkpoint.LoadTensors("image_encoder."), checkpoint.Path);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        string checksum = Checksum();
        _textEncoder.eval();
        _imageEncoder.eval();
        _textEncoder.to(device);
        _imageEncoder.to(device);
        ImageEncoderConfig image = Config.ImageEncoder;
        Network = new JudgingNetwork(
            role,
            $"DAMSM of {Config.Name}",
            checksum,
            $"{Config.TextEncoder.Embedding} global features, {image.Trunk.ToString().ToLowerInvariant()} trunk, pictures in [-1, 1] scaled " +
            $"to {image.ImageSize} x {image.ImageSize} bilinearly, {vocabulary.Count - 1} words");
    }

    /// <summary>What a report says of it. The checksum is that of the weights, wherever they are kept.</summary>
    public JudgingNetwork Network { get; }

    /// <summary>What it was trained with.</summary>
    public AttnGanConfig Config { get; }

    /// <summary>D: width of the global features.</summary>
    public int Dimensions => Config.TextEncoder.Embedding;

    /// <summary>
    /// Opens the DAMSM of a checkpoint; of a run folder the one that its GAN is trained with, or else the best or newest. Not within a
    /// dispose scope.
    /// </summary>
    /// <exception cref="AttnGanException">There is none, or it is damaged.</exception>
    public static DamsmJudge Open(string path, string role, Device device) => new(Checkpoint.Open(FileOf(path)), role, device);

    /// <summary>Whether the caption has a word that the DAMSM knows.</summary>
    public bool Knows(string caption) => _captions.Encode(caption).Ids.Count > 0;

    /// <summary>Global features of pictures: (B, D), on the CPU.</summary>
    /// <param name="pictures">(B, 3, S, S) in [-1, 1].</param>
    public Tensor Codes(Tensor pictures)
    {
        using DisposeScope scope = NewDisposeScope();
        return _imageEncoder.forward(pictures.to(_device)).Code.cpu().MoveToOuterDisposeScope();
    }

    /// <summary>Sentence features of captions, each with a known word: (T, D), on the CPU.</summary>
    public Tensor Sentences(IReadOnlyList<string> captions, CancellationToken cancellation = default)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> sentences = [];
        foreach (string[] some in captions.Chunk(CaptionBatch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var pause = CollectionPause.Begin();
            using DisposeScope batch = NewDisposeScope();
            IReadOnlyList<int>[] ids = [.. some.Select(caption => _captions.Encode(caption).Ids)];
            int length = ids.Max(caption => caption.Count);
            long[] padded = [.. ids.SelectMany(caption => caption.Select(id => (long)id).Concat(Enumerable.Repeat(0L, length - caption.Count)))];
            TextFeatures features = _textEncoder.forward(
                tensor(padded, [ids.Length, length], device: _device), tensor(ids.Select(caption => (long)caption.Count).ToArray()));
            sentences.Add(features.Sentence.cpu().MoveToOuterDisposeScope());
        }

        return cat(sentences).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _textEncoder.Dispose();
        _imageEncoder.Dispose();
    }

    private static string FileOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        string best = Path.Combine(RunDirectory.Look(path).Damsm.Checkpoints, "best.safetensors");
        return RunDirectory.NewestCheckpoint(path, "gan")
            ?? (File.Exists(best) ? best : RunDirectory.NewestCheckpoint(path, "damsm"))
            ?? throw new AttnGanException(
                $"The folder `{path}` has no trained DAMSM. Give a run folder, or a checkpoint of DAMSM or GAN training.");
    }

    private string Checksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        IEnumerable<KeyValuePair<string, Tensor>> state =
            ModuleState.Collect(_textEncoder, "text_encoder.").Concat(ModuleState.Collect(_imageEncoder, "image_encoder."));
        foreach ((string name, Tensor tensor) in state.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {string.Join('x', tensor.shape)}\n"));
            using DisposeScope scope = NewDisposeScope();
            SafetensorsTypes.ForEachPiece(tensor.detach().contiguous(), bytes => hash.AppendData(bytes));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
