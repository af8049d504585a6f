using AttnGan.Inference;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Export;
using AttnGan.Training.Formats.Pickle;
using AttnGan.Training.Formats.PyTorch;
using AttnGan.Training.Formats.Safetensors;

namespace AttnGan.Fuzz;

/// <summary>The readers of foreign bytes, by the name of what they read.</summary>
internal static class Targets
{
    private static readonly Dictionary<string, Func<Action<byte[]>>> s_targets = new(StringComparer.Ordinal)
    {
        ["pickle"] = () => bytes => PickleReader.Read(bytes, "`input`"),
        ["pytorch"] = () => PyTorch,
        ["safetensors"] = () => Safetensors(),
        ["csv"] = () => DatasetTarget.Of("captions.csv", "metadata.csv"),
        ["parquet"] = () => DatasetTarget.Of("train.parquet", "metadata.parquet"),
        ["tar"] = () => Tar(),
        ["onnx"] = () => ModelPackages(),
        ["metadata"] = () => DatasetTarget.Of("metadata.jsonl"),
    };

    public static IReadOnlyCollection<string> Names => s_targets.Keys;

    /// <summary>Returns the reader of a target, and makes the folder that it needs.</summary>
    public static Action<byte[]> Create(string name) => s_targets[name]();

    private static void PyTorch(byte[] bytes)
    {
        Checksums.RepairZip(bytes);
        using var file = PyTorchFile.Open(new MemoryStream(bytes), "`input`");
        file.LoadAll().Dispose();
    }

    private static Action<byte[]> Safetensors()
    {
        string path = MemoryFolder.New().PathOf("input.safetensors");
        return bytes =>
        {
            File.WriteAllBytes(path, bytes);
            using (var file = SafetensorsFile.Open(path))
            {
                file.LoadAll().Dispose();
                Checksums.RepairSafetensors(bytes, file.Metadata);
            }

            File.WriteAllBytes(path, bytes);
            var model = ModelFile.Open(path);
            _ = new Vocabulary(model.Vocabulary);
            model.LoadTextEncoder().Dispose();
            model.LoadGenerator().Dispose();
        };
    }

    private static Action<byte[]> Tar()
    {
        Action<byte[]> read = DatasetTarget.Of("train.tar");
        return bytes =>
        {
            Checksums.RepairTar(bytes);
            read(bytes);
        };
    }

    private static Action<byte[]> ModelPackages()
    {
        string path = MemoryFolder.New().PathOf("input.onnx");
        return bytes =>
        {
            File.WriteAllBytes(path, bytes);
            ModelPackage.OpenMetadata(path);
            var package = ModelPackage.Open(path);
            using var engine = new FusedEngine(package, path, threads: 1);
            GraphCut.Stage(package, package.Architecture.Stages);
        };
    }
}
