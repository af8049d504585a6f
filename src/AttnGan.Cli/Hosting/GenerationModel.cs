using System.Runtime.CompilerServices;
using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Training.Export;
using AttnGan.Training.Torch;

namespace AttnGan.Cli.Hosting;

/// <summary>Finds and loads the model that a command generates with.</summary>
internal static class GenerationModel
{
    /// <summary>Returns the path of a model.</summary>
    /// <param name="specified">A path, or the name of a bundled model; null for the default one.</param>
    /// <exception cref="AttnGanException">Thrown when the program was built without the bundled model.</exception>
    public static string Find(string? specified)
    {
        if (specified is not null)
        {
            return BundledModel.Resolve(specified);
        }

        string path = BundledModel.Path;
        return File.Exists(path) ? path : throw new AttnGanException(
            $"This program was built without the bundled model (`{path}`). Specify a model package, a run folder or a GAN checkpoint " +
            "with `--model`.");
    }

    /// <summary>Loads a model package, or converts another file with a trained generator to one in memory.</summary>
    /// <param name="path">A model package, a run folder, a GAN checkpoint or a model file.</param>
    /// <param name="options">Engine, threads and batch size.</param>
    /// <exception cref="AttnGanException">Thrown when the model does not exist or is damaged.</exception>
    public static TextToImagePipeline Load(string path, PipelineOptions options) =>
        ModelOutput.IsPackage(path) && !Directory.Exists(path)
            ? TextToImagePipeline.Load(path, options)
            : TextToImagePipeline.Create(Convert(path), path, options);

    // Not inlined, so that generation with a package does not load libtorch.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ModelPackage Convert(string path)
    {
        LibTorch.Load();
        return ModelPackageExport.Convert(ModelFile.Open(path), new ModelCard(), half: false);
    }
}
