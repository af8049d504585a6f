using System.Formats.Tar;
using System.Text;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Export;
using static TorchSharp.torch;

namespace AttnGan.Fuzz;

/// <summary>The files that afl-fuzz starts from: small ones of the tests, and others of small content.</summary>
internal static class Seeds
{
    private const string Fixtures = "tests/AttnGan.Training.Tests/Fixtures";
    private const int MaxLength = 15_000;

    /// <summary>Writes the files of a target and returns their number.</summary>
    public static int Write(string target, string folder)
    {
        Directory.CreateDirectory(folder);
        IEnumerable<string> files = target switch
        {
            "pickle" => Find("pickles", "*.pickle").Concat(Find("data/numpy", "*.pickle")),
            "pytorch" => Find("torch_files", "*.pth").Concat(Find("data/weights", "*.pth")),
            "safetensors" => Find("", "*.safetensors"),
            "csv" => Find("data/forms", "*.csv"),
            "parquet" => Find("data/forms", "*.parquet"),
            "metadata" => Find("data/forms", "*.jsonl"),
            _ => [],
        };
        foreach (string file in files)
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        foreach ((string name, byte[] bytes) in Made(target))
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }

        return Directory.GetFiles(folder).Length;
    }

    private static IEnumerable<string> Find(string folder, string pattern) => Directory
        .EnumerateFiles(Path.Combine(Fixtures, folder), pattern)
        .Where(file => new FileInfo(file).Length <= MaxLength);

    private static IEnumerable<(string Name, byte[] Bytes)> Made(string target) => target switch
    {
        "csv" =>
        [
            ("made.csv", Encoding.UTF8.GetBytes(
                """
                image,caption
                0.png,"a ""red"" bird
                in two lines"
                1.png,blue
                1.png,"[""a"", ""b""]"

                """)),
            ("made-bars.csv", "image_name| comment_number| comment\r\n0.png| 0| a bird, red\r\n1.png| 0| a cat\r\n"u8.ToArray()),
            ("made-metadata.csv", "file_name\ttext\tclass\tthing\n0.png\ta bird\tA\tbird\n01.png\ta cat\tB\tcat\n"u8.ToArray()),
        ],
        "metadata" =>
        [
            ("made.jsonl", Encoding.UTF8.GetBytes(
                """
                {"file_name": "0.png", "captions": ["a red bird", "\u00e9t\u00e9"], "class": "A", "group": "x", "thing": "bird"}
                {"file_name": "./01.png", "text": "a cat", "label": 3, "style": "ink", "masks": ["1.png"]}

                """)),
        ],
        "tar" => Enum.GetValues<TarEntryFormat>().Where(format => format != TarEntryFormat.Unknown)
            .Select(format => ($"made-{format.ToString().ToLowerInvariant()}.tar", Archive(format))),
        "safetensors" => [("made.safetensors", Model(ExportFile))],
        "onnx" =>
        [
            ("made.onnx", Model(networks => ModelPackageExport.Convert(networks, s_card, half: false))),
            ("made-half.onnx", Model(networks => ModelPackageExport.Convert(networks, s_card, half: true)
                .WithReadings(new Dictionary<string, string> { ["birds"] = "bird" }, "MIT"))),
        ],
        _ => [],
    };

    private static readonly ModelCard s_card = new() { Name = "seed", Description = "A model of nothing", License = "MIT", Steps = 1 };

    private static byte[] Archive(TarEntryFormat format)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, format, leaveOpen: true))
        {
            Add("a.png", DatasetTarget.Png);
            Add("a.txt", "a red bird\n"u8.ToArray());
            Add("b.png", DatasetTarget.Png);
            Add("b.json", """{"caption": "a cat", "class": "A"}"""u8.ToArray());
            Add("b.cls", "2"u8.ToArray());

            void Add(string name, byte[] content)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(content);
                writer.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Model(Func<TrainedNetworks, ModelPackage> package) => Model((networks, path) => package(networks).Save(path));

    /// <summary>Returns a file of networks that are as small as possible.</summary>
    private static byte[] Model(Action<TrainedNetworks, string> write)
    {
        var config = new AttnGanConfig
        {
            Name = "seed",
            Data = new() { MaxWords = 3 },
            TextEncoder = new() { WordEmbedding = 1, Embedding = 2 },
            Generator = new() { BaseSize = 16, Stages = 2, Width = 2, ResidualBlocks = 1, Noise = 1, Condition = 1 },
        };
        manual_seed(1);
        var vocabulary = new Vocabulary([Vocabulary.End, "bird", "red"]);
        using var networks = new TrainedNetworks(
            config,
            vocabulary,
            new(config.TextEncoder, vocabulary.Count),
            new(config.Generator, config.TextEncoder.Embedding, config.Compat));
        string path = MemoryFolder.New().PathOf("seed");
        write(networks, path);
        return File.ReadAllBytes(path);
    }

    private static void ExportFile(TrainedNetworks networks, string path) => ModelFile.Write(
        path,
        networks.Config,
        networks.Vocabulary.Words,
        s_card,
        networks.TextEncoder.state_dict(),
        networks.Generator.state_dict(),
        half: true);
}
