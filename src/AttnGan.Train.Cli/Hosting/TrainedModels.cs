using AttnGan.Models;
using AttnGan.Training.Export;
using AttnGan.Training.Export.Words;
using AttnGan.Training.Torch;

namespace AttnGan.Cli.Hosting;

/// <summary>Trained models, read with libtorch.</summary>
internal sealed class TrainedModels : ITrainedModels
{
    private static readonly string[] s_pyTorchFiles =
        [PyTorchExport.GeneratorName, PyTorchExport.TextEncoderName, PyTorchExport.VocabularyName];

    public ModelPackage Convert(string source)
    {
        LibTorch.Load();
        return ModelPackageExport.Convert(ModelFile.Open(source), new ModelCard(), half: false);
    }

    public ModelPackage WritePackage(string source, string output, ModelCard card, bool half)
    {
        LibTorch.Load();
        return ModelPackageExport.Write(source, output, card, half);
    }

    public (ModelCard Card, int Words) WriteWeights(string source, string output, ModelCard card, bool half)
    {
        LibTorch.Load();
        var model = ModelFile.Export(source, output, card, half);
        return (model.Card, model.Vocabulary.Count);
    }

    public (ModelCard Card, IReadOnlyList<string> Files) WritePyTorch(string source, string folder, bool overwrite)
    {
        if (!overwrite && s_pyTorchFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } existing)
        {
            throw new AttnGanException($"The file `{existing}` exists; add `--overwrite` to replace it, or choose another folder.");
        }

        if (File.Exists(folder))
        {
            throw new UsageException($"`{folder}` is a file; `--format pth` writes a folder.");
        }

        LibTorch.Load();
        OutputFolder.Create(folder);
        return (PyTorchExport.Write(source, folder).Card, s_pyTorchFiles);
    }

    public ModelPackage AddReadings(ModelPackage package, string wordNet, string? vectors) =>
        PackageReadings.AddTo(package, wordNet, vectors);
}
