using System.Text;
using System.Text.Json;
using AttnGan.Cli.Hosting;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Models;

namespace AttnGan.Cli.Export;

/// <summary>
/// A model as a repository of the Hugging Face Hub: a card, the configuration, the weights, the package and samples. See
/// docs/model-package.md.
/// </summary>
internal static class HubFolder
{
    private const string WeightsFile = "model.safetensors";
    private const string SamplesFolder = "samples";
    private const int Samples = 4;

    private static readonly JsonWriterOptions s_json = new() { Indented = true };

    /// <summary>Writes the files. The folder must exist.</summary>
    /// <param name="package">The model.</param>
    /// <param name="folder">The folder of the repository.</param>
    /// <param name="datasets">Names of the datasets on the Hub that the model was trained on.</param>
    /// <param name="caption">The caption of the samples; null for no samples.</param>
    /// <exception cref="AttnGanException">A file cannot be written, or the model knows no word of the caption.</exception>
    public static void Write(ModelPackage package, string folder, IReadOnlyList<string> datasets, string? caption)
    {
        string packageFile = Path.Combine(folder, HubRepository.PackageFile);
        OutputFolder.Create(Path.GetDirectoryName(packageFile)!);
        package.Save(packageFile);
        SafetensorsWeights.Write(package, Path.Combine(folder, WeightsFile));
        AtomicFile.Write(Path.Combine(folder, "config.json"), stream => WriteConfig(package, stream));
        string? samples = caption is null ? null : WriteSamples(package, folder, caption);
        string card = new HubCard(package, datasets, caption, samples).ToString();
        AtomicFile.Write(Path.Combine(folder, "README.md"), stream => stream.Write(Encoding.UTF8.GetBytes(card)));
    }

    /// <summary>Writes what a program needs besides the graph: the package's metadata, which not every ONNX Runtime returns.</summary>
    private static void WriteConfig(ModelPackage package, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, s_json);
        json.WriteStartObject();
        json.WriteString("model_type", "attngan");
        foreach ((string key, string name) in (IEnumerable<(string, string)>)
        [
            (PackageMetadata.FormatKey, "format"),
            (PackageMetadata.CardKey, "card"),
            (PackageMetadata.ArchitectureKey, "architecture"),
            (PackageMetadata.TokenizerKey, "tokenizer"),
            (PackageMetadata.VocabularyKey, "vocabulary"),
            (PackageMetadata.ReadingsKey, "readings"),
        ])
        {
            if (package.Model.MetadataProps.FirstOrDefault(entry => entry.Key == key) is { } entry)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(entry.Value);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes an image grid of consecutive seeds and returns its path in the repository.</summary>
    private static string WriteSamples(ModelPackage package, string folder, string caption)
    {
        using var pipeline = TextToImagePipeline.Create(package, folder, options: null);
        GenerationRequest[] requests = [.. Enumerable.Range(1, Samples).Select(seed => new GenerationRequest(caption, seed))];
        RgbImage[] images = [.. pipeline.Generate(requests).Select(image => image.Image)];
        OutputFolder.Create(Path.Combine(folder, SamplesFolder));
        string name = $"{SamplesFolder}/{ImageFileNames.Slug(caption)}.png";
        ImageGrid.Compose(images, Samples).Save(Path.Combine(folder, name));
        return name;
    }
}
