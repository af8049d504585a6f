using System.Runtime.CompilerServices;
using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Training.Export;
using AttnGan.Training.Torch;

namespace AttnGan.Cli.Hosting;

/// <summary>The model that a command draws with.</summary>
internal static class GenerationModel
{
    /// <summary>The model package that comes with the program.</summary>
    /// <exception cref="AttnGanException">The program was built without one.</exception>
    public static string Bundled()
    {
        string path = BundledModel.Path;
        return File.Exists(path) ? path : throw new AttnGanException(
            $"This program was built without the bundled model (`{path}`). Give a model package, a run folder or a GAN checkpoint with " +
            "`--model`.");
    }

    /// <summary>Loads a model package; anything else that holds a trained generator becomes one in memory.</summary>
    /// <param name="path">A model package, a run folder, a GAN checkpoint or a model file.</param>
    /// <param name="options">How to compute.</param>
    /// <exception cref="AttnGanException">There is none, or it is damaged.</exception>
    public static TextToImagePipeline Load(string path, PipelineOptions options) =>
        ModelOutput.IsPackage(path) && !Directory.Exists(path)
            ? TextToImagePipeline.Load(path, options)
            : TextToImagePipeline.Create(Convert(path), path, options);

    // A method of its own: whoever draws with a package loads nothing of libtorch.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ModelPackage Convert(string path)
    {
        LibTorch.Load();
        return ModelPackageExport.Convert(ModelFile.Open(path), new ModelCard(), half: false);
    }
}
