using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Export;

/// <summary>Converts between a training's configuration and the settings in a model package.</summary>
internal static class ArchitectureConversion
{
    public static ModelArchitecture ToArchitecture(AttnGanConfig config) => new()
    {
        Rnn = config.TextEncoder.Rnn,
        WordEmbedding = config.TextEncoder.WordEmbedding,
        Embedding = config.TextEncoder.Embedding,
        Noise = config.Generator.Noise,
        Styles = config.Generator.Styles.Count > 0 ? config.Generator.Styles : null,
        Condition = config.Generator.Condition,
        BaseSize = config.Generator.BaseSize,
        Stages = config.Generator.Stages,
        Width = config.Generator.Width,
        ResidualBlocks = config.Generator.ResidualBlocks,
        Attention = config.Generator.Attention,
        SkipExcitation = config.Generator.SkipExcitation,
        ImageAtEveryStage = config.Generator.Architecture == GeneratorArchitecture.AttnGan,
    };

    public static TokenizerSettings ToTokenizer(AttnGanConfig config) =>
        new() { Mode = config.Data.Tokenizer, MaxWords = config.Data.MaxWords };

    /// <summary>Returns a configuration that creates networks of the same architecture; other settings have their defaults.</summary>
    public static AttnGanConfig ToConfig(ModelArchitecture architecture, CaptionEncoder captions) => new()
    {
        Data = new() { MaxWords = captions.MaxWords, Tokenizer = captions.Tokenizer.Mode },
        TextEncoder = new()
        {
            Rnn = architecture.Rnn,
            WordEmbedding = architecture.WordEmbedding,
            Embedding = architecture.Embedding,
        },
        Generator = new()
        {
            Architecture = architecture.ImageAtEveryStage ? GeneratorArchitecture.AttnGan : GeneratorArchitecture.AttnDcgan,
            BaseSize = architecture.BaseSize,
            Stages = architecture.Stages,
            Width = architecture.Width,
            ResidualBlocks = architecture.ResidualBlocks,
            Attention = architecture.Attention,
            SkipExcitation = architecture.SkipExcitation,
            Noise = architecture.Noise,
            Styles = architecture.Styles ?? [],
            Condition = architecture.Condition,
        },
    };
}
