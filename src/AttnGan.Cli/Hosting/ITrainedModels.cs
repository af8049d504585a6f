using AttnGan.Models;

namespace AttnGan.Cli.Hosting;

/// <summary>
/// What commands need of trained models that are no packages yet: run folders, GAN checkpoints and model files. It needs libtorch, which
/// only one of the two programs has.
/// </summary>
internal interface ITrainedModels
{
    /// <summary>Converts a model to a package in memory.</summary>
    /// <exception cref="AttnGanException">The model cannot be read.</exception>
    ModelPackage Convert(string source);

    /// <summary>Writes a model as a package, and verifies that both generate the same images.</summary>
    /// <param name="source">A run folder, a GAN checkpoint or a model file.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="card">The model card; missing fields are taken from the model.</param>
    /// <param name="half">True for weights in 16-bit floats.</param>
    /// <exception cref="AttnGanException">The model cannot be read, or the file cannot be written.</exception>
    ModelPackage WritePackage(string source, string output, ModelCard card, bool half);

    /// <summary>Writes the weights of a model as a model file.</summary>
    /// <inheritdoc cref="WritePackage"/>
    (ModelCard Card, int Words) WriteWeights(string source, string output, ModelCard card, bool half);

    /// <summary>Writes a model as files for PyTorch.</summary>
    /// <param name="source">A run folder, a GAN checkpoint or a model file.</param>
    /// <param name="folder">The folder to write.</param>
    /// <param name="overwrite">True to replace existing files.</param>
    /// <exception cref="AttnGanException">The model cannot be read, or a file exists or cannot be written.</exception>
    (ModelCard Card, IReadOnlyList<string> Files) WritePyTorch(string source, string folder, bool overwrite);

    /// <summary>Returns a package with a table of other words that are read as known ones.</summary>
    /// <param name="package">The package.</param>
    /// <param name="wordNet">The database folder of WordNet.</param>
    /// <param name="vectors">A file of word vectors; null for none.</param>
    /// <exception cref="AttnGanException">A file cannot be read, or no word has a reading.</exception>
    ModelPackage AddReadings(ModelPackage package, string wordNet, string? vectors);
}
