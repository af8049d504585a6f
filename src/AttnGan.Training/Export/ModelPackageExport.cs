using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Onnx;
using AttnGan.Training.Torch;
using DataType = AttnGan.Models.Onnx.TensorProto.Types.DataType;

namespace AttnGan.Training.Export;

/// <summary>A trained model as a model package: everything that drawing needs in one ONNX file.</summary>
/// <remarks>
/// A package has no flag for the misaligned word mask (<c>compat</c>): it draws with the right one, which is the same for one image at
/// a time, and so are models of the published code to be drawn.
/// </remarks>
internal static class ModelPackageExport
{
    /// <summary>Converts a model in memory. Not within a dispose scope.</summary>
    /// <param name="model">A run folder, GAN checkpoint or model file, opened.</param>
    /// <param name="card">What readers should know of the model; what it leaves out comes from the model's own, its steps always do.</param>
    /// <param name="half">Store weights of two and more dimensions as 16-bit floats: half the size.</param>
    /// <exception cref="AttnGanException">The weights cannot be read.</exception>
    public static ModelPackage Convert(ModelFile model, ModelCard card, bool half)
    {
        using var networks = TrainedNetworks.Load(model);
        return Convert(networks, model.Complete(card), half);
    }

    /// <summary>Converts networks in memory.</summary>
    public static ModelPackage Convert(TrainedNetworks networks, ModelCard card, bool half)
    {
        using var pause = CollectionPause.Begin();
        AttnGanConfig config = networks.Config;
        GeneratorConfig generator = config.Generator;
        var graph = new OnnxGraph(half);
        OnnxValue captions = graph.Input(TensorNames.Tokens, DataType.Int64, OnnxDimension.Batch, OnnxDimension.Words);
        OnnxValue lengths = graph.Input(TensorNames.Lengths, DataType.Int64, OnnxDimension.Batch);
        OnnxValue noise = graph.Input(TensorNames.Noise, DataType.Float, OnnxDimension.Batch, generator.Noise);
        OnnxValue conditionNoise = graph.Input(TensorNames.ConditionNoise, DataType.Float, OnnxDimension.Batch, generator.Condition);
        ExportedText text = networks.TextEncoder.Export(graph, captions, lengths);
        networks.Generator.Export(graph, text, noise, conditionNoise);

        var architecture = new ModelArchitecture
        {
            Rnn = config.TextEncoder.Rnn,
            WordEmbedding = config.TextEncoder.WordEmbedding,
            Embedding = config.TextEncoder.Embedding,
            Noise = generator.Noise,
            Condition = generator.Condition,
            BaseSize = generator.BaseSize,
            Stages = generator.Stages,
            Width = generator.Width,
            ResidualBlocks = generator.ResidualBlocks,
            ImageAtEveryStage = generator.Architecture == GeneratorArchitecture.AttnGan,
        };
        var tokenizer = new TokenizerSettings { Mode = config.Data.Tokenizer, MaxWords = config.Data.MaxWords };
        return ModelPackage.Create(graph.ToModel(), architecture, tokenizer, networks.Vocabulary, card);
    }

    /// <summary>
    /// Writes a model as a package that has been compared with it (<see cref="PackageComparison"/>). Not within a dispose scope.
    /// </summary>
    /// <param name="source">A run folder, a GAN checkpoint or a model file.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="card">As for <see cref="Convert(ModelFile, ModelCard, bool)"/>.</param>
    /// <param name="half">Store weights of two and more dimensions as 16-bit floats.</param>
    /// <exception cref="AttnGanException">
    /// The source cannot be read, the package draws otherwise than it, or the output cannot be written. There is no new file then.
    /// </exception>
    public static ModelPackage Write(string source, string output, ModelCard card, bool half = true)
    {
        var model = ModelFile.Open(source);
        using var networks = TrainedNetworks.Load(model);
        return Write(networks, output, model.Complete(card), half);
    }

    /// <summary>Writes networks as a package that has been compared with them.</summary>
    /// <exception cref="AttnGanException">The package draws otherwise than the networks, or the output cannot be written.</exception>
    public static ModelPackage Write(TrainedNetworks networks, string output, ModelCard card, bool half)
    {
        if (networks.Vocabulary.Count == 1)
        {
            throw new AttnGanException("The model knows no word: there is nothing that it could draw.");
        }

        ModelPackage package = Convert(networks, card, half: false);
        PackageComparison.CheckGraph(package, networks);
        if (half)
        {
            package = Convert(networks, card, half: true);
            PackageComparison.CheckHalf(package, networks);
        }

        package.Save(output);
        return package;
    }
}
