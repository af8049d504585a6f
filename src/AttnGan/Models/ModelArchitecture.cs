using System.Text.Json.Serialization;

namespace AttnGan.Models;

/// <summary>The sizes that decide which weights a model has.</summary>
internal sealed record ModelArchitecture
{
    /// <summary>Side of the map that the first stage begins with.</summary>
    public const int SeedSize = 4;

    public required RnnKind Rnn { get; init; }

    /// <summary>Width of the word embedding that goes into the recurrent network.</summary>
    public required int WordEmbedding { get; init; }

    /// <summary>D: width of word and sentence features, half of it a direction.</summary>
    public required int Embedding { get; init; }

    /// <summary>Z: width of the noise vector z.</summary>
    public required int Noise { get; init; }

    /// <summary>Width of the conditioning vector c.</summary>
    public required int Condition { get; init; }

    /// <summary>Side in pixels of the first stage.</summary>
    public required int BaseSize { get; init; }

    /// <summary>Number of stages, each after the first twice the size of the last.</summary>
    public required int Stages { get; init; }

    /// <summary>C: channels of the hidden contexts.</summary>
    public required int Width { get; init; }

    /// <summary>Residual blocks of each refinement stage.</summary>
    public required int ResidualBlocks { get; init; }

    /// <summary>True if every stage generates an image (AttnGAN), false if only the last one does (AttnDCGAN).</summary>
    /// <remarks>The JSON name is part of format 1, as in <see cref="TensorNames.Image"/>.</remarks>
    [JsonPropertyName("pictureAtEveryStage")]
    public required bool ImageAtEveryStage { get; init; }

    /// <summary>Side in pixels of a stage, counted from 1.</summary>
    public int SizeOf(int stage) => BaseSize << (stage - 1);

    /// <summary>Stages that draw an image, counted from 1.</summary>
    public IEnumerable<int> DrawnStages() => ImageAtEveryStage ? Enumerable.Range(1, Stages) : [Stages];
}
