using AttnGan.Models;

namespace AttnGan.Cli.Hosting;

/// <summary>The trained models of the program without libtorch: each use asks for <see cref="TrainingProgram"/>.</summary>
internal sealed class TrainedModelsElsewhere : ITrainedModels
{
    public ModelPackage Convert(string source) => throw NoPackage(source);

    public ModelPackage WritePackage(string source, string output, ModelCard card, bool half) => throw NoPackage(source);

    public (ModelCard Card, int Words) WriteWeights(string source, string output, ModelCard card, bool half) => throw NoPackage(source);

    public (ModelCard Card, IReadOnlyList<string> Files) WritePyTorch(string source, string folder, bool overwrite) =>
        throw NoPackage(source);

    public ModelPackage AddReadings(ModelPackage package, string wordNet, string? vectors) =>
        throw new TrainingRequiredException("`--words`");

    private static TrainingRequiredException NoPackage(string source) => new($"The model `{source}`, which is no model package,");
}
