using System.Text.Json.Serialization;

namespace AttnGan.Models;

/// <summary>The hyperparameters that determine the weights of a model.</summary>
internal sealed record ModelArchitecture
{
    /// <summary>Side of the feature map that the first stage starts from.</summary>
    public const int SeedSize = 4;

    /// <summary>The recurrent network of the text encoder.</summary>
    public required RnnKind Rnn { get; init; }

    /// <summary>W: width of the word embedding.</summary>
    public required int WordEmbedding { get; init; }

    /// <summary>D: width of word and sentence features, half of it per direction.</summary>
    public required int Embedding { get; init; }

    /// <summary>Z: width of the noise vector z.</summary>
    public required int Noise { get; init; }

    /// <summary>The styles that the model tells apart; null for none. The seed chooses one.</summary>
    public IReadOnlyList<string>? Styles { get; init; }

    /// <summary>Width of the generator's input <see cref="TensorNames.Noise"/>: z, then the style, one-hot.</summary>
    [JsonIgnore]
    public int NoiseInput => Noise + (Styles?.Count ?? 0);

    /// <summary>Width of the conditioning vector c.</summary>
    public required int Condition { get; init; }

    /// <summary>Side of the image of the first stage in pixels.</summary>
    public required int BaseSize { get; init; }

    /// <summary>Number of stages; each doubles the size of the image.</summary>
    public required int Stages { get; init; }

    /// <summary>Channels of the hidden contexts.</summary>
    public required int Width { get; init; }

    /// <summary>Residual blocks of each refinement stage.</summary>
    public required int ResidualBlocks { get; init; }

    /// <summary>How hidden contexts attend to words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AttentionKind Attention { get; init; }

    /// <summary>True if maps of the first stage gate the channels of later hidden contexts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SkipExcitation { get; init; }

    /// <summary>True if every stage generates an image (AttnGAN), false if only the last one does (AttnDCGAN).</summary>
    /// <remarks>The JSON name is part of format 1, as in <see cref="TensorNames.Image"/>.</remarks>
    [JsonPropertyName("pictureAtEveryStage")]
    public required bool ImageAtEveryStage { get; init; }

    /// <summary>Returns the side of the image of a stage in pixels; stages count from 1.</summary>
    public int SizeOf(int stage) => BaseSize << (stage - 1);

    /// <summary>
    /// Returns the side of the map of the first stage whose pooled values gate the hidden context of a refinement stage: a sixteenth of the
    /// context's, at least that of the first map.
    /// </summary>
    public int ExcitingSize(int stage) => ExcitingSizeOf(SizeOf(stage));

    /// <summary>Returns <see cref="ExcitingSize"/> for a hidden context of a side.</summary>
    public static int ExcitingSizeOf(int size) => Math.Max(SeedSize, size / 16);

    /// <summary>Returns the number of channels of a map of the first stage.</summary>
    /// <param name="size">Its side: <see cref="SeedSize"/>, or a power of two times it up to <see cref="BaseSize"/>.</param>
    public int InitialChannels(int size) => Width * (BaseSize / size);

    /// <summary>Returns the stages that generate an image, counted from 1.</summary>
    public IEnumerable<int> ImageStages() => ImageAtEveryStage ? Enumerable.Range(1, Stages) : [Stages];
}
