using System.Globalization;
using System.Numerics;
using System.Text.Json;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using static TorchSharp.torch;

namespace AttnGan.Training.Checkpoints;

/// <summary>
/// A checkpoint: a safetensors file whose metadata contains everything except the tensors. It is a single file, so that saving is one
/// atomic rename.
/// </summary>
internal sealed record Checkpoint
{
    internal const string Format = "attngan-checkpoint/1";
    internal const string ChecksumKey = "sha256";

    private Checkpoint()
    {
    }

    public required string Path { get; init; }

    /// <summary><c>damsm</c> or <c>gan</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Number of optimizer steps made.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch that the next step belongs to, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>The next batch in that epoch, from 0.</summary>
    public required int Batch { get; init; }

    /// <summary>The effective configuration of the run.</summary>
    public required AttnGanConfig Config { get; init; }

    /// <summary>Words by index.</summary>
    public required IReadOnlyList<string> Vocabulary { get; init; }

    /// <summary>Further state of the training loop.</summary>
    public required JsonElement RunState { get; init; }

    /// <summary>Opens a checkpoint and verifies its checksum.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The expected kind of training; null for any.</param>
    /// <exception cref="CheckpointException">The file is damaged, not a checkpoint, or of another kind.</exception>
    public static Checkpoint Open(string path, string? kind = null) => Read(path, kind, verify: true);

    /// <summary>Reads the header of a checkpoint without verifying its checksum: the tensors may be damaged.</summary>
    /// <exception cref="CheckpointException">The file is not a checkpoint, or of another kind.</exception>
    internal static Checkpoint ReadHeader(string path, string kind) => Read(path, kind, verify: false);

    private static Checkpoint Read(string path, string? kind, bool verify)
    {
        using var file = SafetensorsFile.Open(path);
        string found = Text(file, path, "format");
        if (verify)
        {
            file.VerifyChecksum(ChecksumKey);
        }

        if (found != Format)
        {
            throw new CheckpointException($"`{path}` has format `{found}`, expected `{Format}`; it was written by another version");
        }

        string foundKind = Text(file, path, "kind");
        if (kind is not null && foundKind != kind)
        {
            throw new CheckpointException($"`{path}` is a checkpoint of {foundKind} training, expected one of {kind} training");
        }

        return new Checkpoint
        {
            Path = path,
            Kind = foundKind,
            Step = Number<long>(file, path, "step"),
            Epoch = Number<int>(file, path, "epoch"),
            Batch = Number<int>(file, path, "batch"),
            Config = ConfigReader.Parse(Text(file, path, "config"), $"in `{path}`"),
            Vocabulary = Json<string[]>(file, path, "vocabulary"),
            RunState = Json<JsonElement>(file, path, "run_state"),
        };
    }

    /// <summary>
    /// Loads the tensors whose name starts with <paramref name="prefix"/> to the CPU and strips the prefix from their names. They belong to
    /// no dispose scope: the caller disposes the dictionary.
    /// </summary>
    /// <exception cref="CheckpointException">The file has changed since it was opened.</exception>
    public TensorDictionary LoadTensors(string prefix = "")
    {
        using var file = SafetensorsFile.Open(Path);
        return file.LoadAll(prefix);
    }

    internal static void Write(string path, string kind, CheckpointState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["kind"] = kind,
            ["step"] = state.Step.ToString(CultureInfo.InvariantCulture),
            ["epoch"] = state.Epoch.ToString(CultureInfo.InvariantCulture),
            ["batch"] = state.Batch.ToString(CultureInfo.InvariantCulture),
            ["config"] = ConfigReader.Write(state.Config),
            ["vocabulary"] = JsonSerializer.Serialize(state.Vocabulary),
            ["run_state"] = state.RunState.GetRawText(),
        };
        SafetensorsWriter.Write(path, tensors, metadata, ChecksumKey);
    }

    private static string Text(SafetensorsFile file, string path, string key) =>
        file.Metadata.GetValueOrDefault(key)
        ?? throw new CheckpointException($"`{path}` is not a checkpoint: its metadata has no `{key}`");

    private static T Number<T>(SafetensorsFile file, string path, string key)
        where T : struct, IBinaryInteger<T>
    {
        string text = Text(file, path, key);
        return T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out T number)
            ? number
            : throw new CheckpointException($"`{path}` is not a valid checkpoint: `{key}` is `{text}`, expected a non-negative integer");
    }

    private static T Json<T>(SafetensorsFile file, string path, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Text(file, path, key)) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"`{path}` is not a valid checkpoint: `{key}` is not valid JSON", exception);
        }
    }
}
