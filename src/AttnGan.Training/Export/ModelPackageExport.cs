using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Onnx;
using AttnGan.Training.Torch;
using DataType = AttnGan.Models.Onnx.TensorProto.Types.DataType;

namespace AttnGan.Training.Export;

/// <summary>Exports a trained model as a model package: everything that generation needs, in one ONNX file.</summary>
/// <remarks>
/// A package has no flag for the misaligned word mask (<c>compat</c>): it uses the aligned mask. Both masks are equal for batches of one
/// image, and models of the official code are meant to be used that way.
/// </remarks>
internal static class ModelPackageExport
{
    /// <summary>Converts a model in memory. Must not be called within a dispose scope.</summary>
    /// <param name="model">The model.</param>
    /// <param name="card">The model card; missing fields and the steps are taken from the model's own card.</param>
    /// <param name="half">Store weights with two or more dimensions as 16-bit floats, which halves the size.</param>
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
        OnnxValue noise = graph.Input(TensorNames.Noise, DataType.Float, OnnxDimension.Batch, generator.NoiseInput);
        OnnxValue conditionNoise = graph.Input(TensorNames.ConditionNoise, DataType.Float, OnnxDimension.Batch, generator.Condition);
        ExportedText text = networks.TextEncoder.Export(graph, captions, lengths);
        networks.Generator.Export(graph, text, noise, conditionNoise);

        return ModelPackage.Create(
            graph.ToModel(),
            ArchitectureConversion.ToArchitecture(config),
            ArchitectureConversion.ToTokenizer(config),
            networks.Vocabulary,
            card);
    }

    /// <summary>
    /// Writes a model as a package and verifies the package against the model (<see cref="PackageComparison"/>). Must not be called
    /// within a dispose scope.
    /// </summary>
    /// <param name="source">A run folder, a GAN checkpoint or a model file.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="card">Same as for <see cref="Convert(ModelFile, ModelCard, bool)"/>.</param>
    /// <param name="half">Store weights with two or more dimensions as 16-bit floats.</param>
    /// <exception cref="AttnGanException">
    /// The source cannot be read, the package generates different images, or the output cannot be written. No file is left then.
    /// </exception>
    public static ModelPackage Write(string source, string output, ModelCard card, bool half = true)
    {
        var model = ModelFile.Open(source);
        using var networks = TrainedNetworks.Load(model);
        return Write(networks, output, model.Complete(card), half);
    }

    /// <summary>Writes networks as a package and verifies the package against them.</summary>
    /// <exception cref="AttnGanException">The package generates different images, or the output cannot be written.</exception>
    public static ModelPackage Write(TrainedNetworks networks, string output, ModelCard card, bool half)
    {
        if (networks.Vocabulary.Count == 1)
        {
            throw new AttnGanException("The vocabulary of the model is empty, so it cannot generate an image.");
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
