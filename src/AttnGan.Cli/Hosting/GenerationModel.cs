using AttnGan.Generation;
using AttnGan.Models;

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
    /// <param name="models">Converts models that are no packages.</param>
    /// <exception cref="AttnGanException">Thrown when the model does not exist or is damaged.</exception>
    public static TextToImagePipeline Load(string path, PipelineOptions options, ITrainedModels models)
    {
        if (IsPackage(path))
        {
            return TextToImagePipeline.Load(path, options);
        }

        return Path.Exists(path) ? TextToImagePipeline.Create(models.Convert(path), path, options) : throw new AttnGanException(
            $"The model `{path}` does not exist. Specify a model package, a run folder, a GAN checkpoint or the name of a bundled model.");
    }

    /// <summary>Returns true if a model is a package, which can generate as it is.</summary>
    public static bool IsPackage(string path) => ModelOutput.IsPackage(path) && !Directory.Exists(path);
}
