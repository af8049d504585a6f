using AttnGan.Text;

namespace AttnGan.Models;

/// <summary>What a model package says of itself, read without its weights: enough to list the models of a folder.</summary>
public sealed class ModelInfo
{
    internal ModelInfo(ModelCard card, CaptionEncoder captions, ModelArchitecture architecture)
    {
        Card = card;
        Captions = captions;
        StageSizes = [.. architecture.DrawnStages().Select(architecture.SizeOf)];
    }

    /// <summary>What readers should know of the model.</summary>
    public ModelCard Card { get; }

    /// <summary>How the model reads captions, and its vocabulary.</summary>
    public CaptionEncoder Captions { get; }

    /// <summary>Side in pixels of each image that the model draws, smallest first.</summary>
    public IReadOnlyList<int> StageSizes { get; }

    /// <summary>Reads a model package's metadata.</summary>
    /// <param name="path">An .onnx file that <c>attngan export</c> wrote.</param>
    /// <exception cref="AttnGanException">The file is missing, damaged, another ONNX model, or of a newer format.</exception>
    public static ModelInfo Read(string path)
    {
        var package = ModelPackage.OpenMetadata(path);
        return new ModelInfo(package.Card, package.Captions, package.Architecture);
    }
}
