using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AttnGan.Cli.Hosting;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Google.Protobuf;

namespace AttnGan.Cli.Export;

/// <summary>
/// The page with a model, as files for any static host: the visitor's browser generates the images. See docs/page.md.
/// </summary>
internal static class StaticSite
{
    private const string RuntimeFolder = "vendor/onnxruntime-web";

    private static readonly string[] s_runtimeFiles = ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm", "LICENSE"];

    private static readonly string s_parts = Path.Combine(AppContext.BaseDirectory, "web");

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        // These files are fetched, never embedded in HTML: letters of any script stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Checks that the site can be written before any work is done, and creates its folder.</summary>
    /// <param name="folder">Folder of the site.</param>
    /// <param name="overwrite">True to replace the files of an existing site.</param>
    /// <param name="parts">Folder of the page's parts; null for the one beside the program.</param>
    /// <exception cref="AttnGanException">
    /// Thrown when the folder is not empty and must not be replaced, or this program was built without the page's parts.
    /// </exception>
    public static void Prepare(string folder, bool overwrite, string? parts = null)
    {
        OutputFolder.Check(folder, overwrite, "--web");
        if (s_runtimeFiles.FirstOrDefault(name => !File.Exists(Path.Combine(parts ?? s_parts, "runtime", name))) is { } missing)
        {
            throw new AttnGanException(
                $"This program was built without ONNX Runtime for browsers (`{missing}`), which the site generates with. Run " +
                "`npm ci --ignore-scripts --prefix eng/web-runtime` in the source folder and build again.");
        }

        OutputFolder.Create(folder);
    }

    /// <summary>Writes the site.</summary>
    /// <param name="package">The model; it is split into text encoder and generator, so that captions can be mixed in between.</param>
    /// <param name="card">Name, license and description that visitors see.</param>
    /// <param name="folder">Folder of the site, created by <see cref="Prepare"/>.</param>
    /// <param name="caption">Initial caption of the page; null for none.</param>
    /// <exception cref="AttnGanException">Thrown when a file cannot be written.</exception>
    public static void Write(ModelPackage package, ModelCard card, string folder, string? caption)
    {
        try
        {
            string page = Path.Combine(s_parts, "page");
            foreach (string file in Directory.EnumerateFiles(page, "*", SearchOption.AllDirectories))
            {
                Copy(file, Path.Combine(folder, Path.GetRelativePath(page, file)));
            }

            foreach (string name in s_runtimeFiles)
            {
                Copy(Path.Combine(s_parts, "runtime", name), Path.Combine(folder, RuntimeFolder, name));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The site cannot be written to `{folder}`: {error.Message}", error);
        }

        string modelFolder = $"models/{ImageFileNames.Slug(card.Name ?? "model")}/";
        OutputFolder.Create(Path.Combine(folder, modelFolder));
        WriteModel(package, card, Path.Combine(folder, modelFolder));
        WriteJson(
            Path.Combine(folder, "config.json"),
            new { Backend = "browser", Models = new[] { modelFolder }, AttnGanVersion.Software, Caption = caption });
    }

    private static void WriteModel(ModelPackage package, ModelCard card, string folder)
    {
        ModelArchitecture a = package.Architecture;
        ModelProto textEncoder = GraphCut.TextEncoder(package);
        // The page shows each stage as soon as it is computed. A model with the last image only has nothing to show before.
        IEnumerable<(ModelProto Graph, string Name)> generator = a.ImageAtEveryStage
            ? Enumerable.Range(1, a.Stages).Select(stage => (GraphCut.Stage(package, stage), $"generator-{stage}.onnx"))
            : [(GraphCut.Generator(
                package,
                a.Stages,
                [TensorNames.Image(a.SizeOf(a.Stages)), .. Enumerable.Range(2, a.Stages - 1).Select(TensorNames.Attention)]),
                "generator.onnx")];
        WriteJson(Path.Combine(folder, "model.json"), new
        {
            Name = card.Name ?? "model",
            card.Description,
            License = card.License,
            card.Steps,
            StageSizes = a.ImageStages().Select(a.SizeOf),
            Refinements = a.Stages - 1,
            a.Embedding,
            a.Noise,
            a.Styles,
            a.Condition,
            Tokenizer = new { package.Captions.Tokenizer.Mode, package.Captions.MaxWords },
            TextEncoder = Save(textEncoder, "text-encoder.onnx"),
            Generator = generator.Select(part => Save(part.Graph, part.Name)).ToArray(),
            Vocabulary = package.Vocabulary.Words,
            Readings = package.Captions.Readings.Count > 0 ? package.Captions.Readings.ByKnownWord() : null,
        });

        object Save(ModelProto part, string name)
        {
            AtomicFile.Write(Path.Combine(folder, name), part.WriteTo);
            return new { File = name, Bytes = part.CalculateSize() };
        }
    }

    private static void WriteJson<T>(string path, T value) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, s_json));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }
}
