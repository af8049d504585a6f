using System.Text.Json;
using AttnGan.Training.Formats.PyTorch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Export;

/// <summary>Exports a model to files for the official code: state dicts with its names, as 32-bit floats.</summary>
internal static class PyTorchExport
{
    public const string GeneratorName = "netG.pth";
    public const string TextEncoderName = "text_encoder.pth";
    public const string VocabularyName = "vocabulary.json";

    /// <summary>Writes generator, text encoder and vocabulary.</summary>
    /// <param name="source">A run folder, a GAN checkpoint or a model file.</param>
    /// <param name="directory">An existing folder.</param>
    /// <exception cref="AttnGanException">The source cannot be read, or the files cannot be written.</exception>
    public static ModelFile Write(string source, string directory)
    {
        var model = ModelFile.Open(source);
        WriteWeights(Path.Combine(directory, GeneratorName), model.LoadGenerator());
        WriteWeights(Path.Combine(directory, TextEncoderName), model.LoadTextEncoder());
        AtomicFile.Write(Path.Combine(directory, VocabularyName), stream => JsonSerializer.Serialize(stream, model.Vocabulary));
        return model;
    }

    private static void WriteWeights(string path, IReadOnlyDictionary<string, Tensor> weights)
    {
        using DisposeScope scope = NewDisposeScope();
        PyTorchFileWriter.Write(path, weights.Select(entry => KeyValuePair.Create(
            entry.Key, entry.Value.is_floating_point() ? entry.Value.to_type(ScalarType.Float32) : entry.Value)));
        foreach (Tensor tensor in weights.Values)
        {
            tensor.Dispose();
        }
    }
}
