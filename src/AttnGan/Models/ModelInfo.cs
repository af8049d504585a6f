using AttnGan.Text;

namespace AttnGan.Models;

/// <summary>The metadata of a model package, read without its weights: enough to list the models of a folder.</summary>
public sealed class ModelInfo
{
    internal ModelInfo(ModelCard card, CaptionEncoder captions, ModelArchitecture architecture)
    {
        Card = card;
        Captions = captions;
        StageSizes = [.. architecture.ImageStages().Select(architecture.SizeOf)];
        Styles = architecture.Styles ?? [];
    }

    /// <summary>The model card.</summary>
    public ModelCard Card { get; }

    /// <summary>The encoder of captions, with the model's vocabulary.</summary>
    public CaptionEncoder Captions { get; }

    /// <summary>The side in pixels of each image that the model generates, smallest first.</summary>
    public IReadOnlyList<int> StageSizes { get; }

    /// <summary>The styles that the model tells apart, such as artists; empty if it has none.</summary>
    public IReadOnlyList<string> Styles { get; }

    /// <summary>Reads the metadata of a model package.</summary>
    /// <param name="path">An .onnx file written by <c>attngan export</c>.</param>
    /// <exception cref="AttnGanException">The file is missing, damaged, another ONNX model, or of a newer format.</exception>
    public static ModelInfo Read(string path)
    {
        var package = ModelPackage.OpenMetadata(path);
        return new ModelInfo(package.Card, package.Captions, package.Architecture);
    }
}
