using System.Text.Json;
using AttnGan.Cli.Export;
using AttnGan.Models;
using AttnGan.Text;

namespace AttnGan.Cli.Tests.Export;

/// <summary>Model packages of runs, checkpoints, model files and PyTorch's files.</summary>
public sealed class ExportTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private const string Weights = "models/tiny.safetensors";

    private Workspace Workspace => trained.Workspace;

    [Fact]
    public void A_run_becomes_one_file_for_generation()
    {
        AttnganProcess.Result result = Workspace.Run(
            "export", "run", "-o", "new/tiny.onnx", "--name", "Tiny", "--license", "CC0-1.0", "--description", "for tests").HasExitCode(0);

        var package = ModelPackage.Open(Workspace.PathOf("new/tiny.onnx"));
        Assert.Equal([Workspace.PathOf("new/tiny.onnx")], Directory.GetFiles(Workspace.PathOf("new")));
        Assert.Equal(
            new ModelCard { Name = "Tiny", License = "CC0-1.0", Description = "for tests", Steps = Workspace.LastStep("gan") },
            package.Card);
        Assert.Contains("heart", package.Vocabulary.Words);
        Assert.Equal(Vocabulary.End, package.Vocabulary.Words[0]);
        Assert.Equal(8, package.Captions.MaxWords);
        Assert.Equal((16, 2, 4), (package.Architecture.BaseSize, package.Architecture.Stages, package.Architecture.Width));
        Assert.StartsWith($"new/tiny.onnx: Tiny, {package.Card.Steps} steps, {package.Vocabulary.Count} words, ", result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void A_run_its_checkpoint_and_its_model_file_become_the_same_graph()
    {
        Workspace.Run("export", "run", "-o", "run.onnx").HasExitCode(0);
        Workspace.Run("export", Workspace.Checkpoints("gan")[^1], "-o", "checkpoint.onnx", "--license", "x").HasExitCode(0);
        string warnings = Workspace.Run("export", "run", "-o", "whole.safetensors", "--no-half").HasExitCode(0).Error;
        Workspace.Run("export", "whole.safetensors", "-o", "model.onnx").HasExitCode(0);

        Assert.Contains("has no license", warnings);
        Assert.Equal(Open("run.onnx").Model.Graph, Open("checkpoint.onnx").Model.Graph);
        Assert.Equal(Open("run.onnx").Model.Graph, Open("model.onnx").Model.Graph);
    }

    [Fact]
    public void A_model_file_keeps_its_card()
    {
        Assert.Empty(Workspace.Run("export", Weights, "-o", "carded.onnx", "--name", "renamed").HasExitCode(0).Error);

        Assert.Equal(
            new ModelCard { Name = "renamed", License = "CC0-1.0", Description = "for tests", Steps = Workspace.LastStep("gan") },
            Open("carded.onnx").Card);
    }

    [Fact]
    public void Weights_are_16_bit_by_default_and_files_are_replaced_only_with_overwrite()
    {
        Workspace.Run("export", "run", "-o", "half.onnx").HasExitCode(0);
        Workspace.Run("export", "run", "-o", "whole.onnx", "--no-half").HasExitCode(0);

        Assert.True(new FileInfo(Workspace.PathOf("whole.onnx")).Length > 1.5 * new FileInfo(Workspace.PathOf("half.onnx")).Length);
        Assert.Contains("--overwrite", Workspace.Run("export", "run", "-o", "half.onnx").HasExitCode(1).Error);
        Workspace.Run("export", "run", "-o", "half.onnx", "--overwrite").HasExitCode(0);
    }

    [Fact]
    public void A_package_gets_a_table_of_other_words()
    {
        TinyWordNet.Common().Write(Workspace.PathOf("dict"));
        File.WriteAllLines(Workspace.PathOf("vectors.txt"), [.. TinyWordNet.Vectors(), "crimson 0 0 1 0.05", "scarf 1 1 1 1"]);
        Workspace.Run("export", "run", "-o", "plain.onnx", "--license", "x").HasExitCode(0);

        string output = Workspace.Run(
            "export", "plain.onnx", "-o", "words.onnx", "--words", "dict", "--vectors", "vectors.txt", "--description", "new")
            .HasExitCode(0).Output;
        Workspace.Run("export", "run", "-o", "direct.onnx", "--words", "dict", "--vectors", "vectors.txt").HasExitCode(0);

        (ModelPackage plain, ModelPackage words) = (Open("plain.onnx"), Open("words.onnx"));
        Assert.Equal([new WordReading("crimson", "red")], words.Captions.Encode("a crimson heart").Readings);
        Assert.Equal(words.Captions.Readings.ByKnownWord(), Open("direct.onnx").Captions.Readings.ByKnownWord());
        Assert.Equal(plain.Model.Graph, words.Model.Graph);
        Assert.Equal(plain.Card with { Description = "new" }, words.Card);
        Assert.Equal(
            "This is the license,\nall of it.\n",
            words.Model.MetadataProps.Single(entry => entry.Key == "attngan.readings.license").Value);
        Assert.Contains($"{words.Captions.Readings.Count} other words that are read as them", output);
        Assert.Contains(
            "crimson, read as red",
            Workspace.Run("generate", "a crimson heart", "--model", "words.onnx", "--out", "read").HasExitCode(0).Output);
    }

    [Fact]
    public void A_site_gets_a_table_of_other_words()
    {
        SkipWithoutRuntime();
        TinyWordNet.Common().Write(Workspace.PathOf("dict"));
        Workspace.Run("export", "run", "--web", "site-words", "--name", "m", "--words", "dict").HasExitCode(0);
        Workspace.Run("export", "run", "--web", "site-plain", "--name", "m").HasExitCode(0);

        using var words = JsonDocument.Parse(File.ReadAllText(Workspace.PathOf("site-words/models/m/model.json")));
        using var plain = JsonDocument.Parse(File.ReadAllText(Workspace.PathOf("site-plain/models/m/model.json")));
        Assert.Contains("crimson", words.RootElement.GetProperty("readings").GetProperty("red").GetString()!.Split(' '));
        Assert.False(plain.RootElement.TryGetProperty("readings", out _));
    }

    [Theory]
    [InlineData("-o x.safetensors --words dict", 2, "`--words` adds a table to a model package (`-o FILE.onnx`) or site")]
    [InlineData("-o x --format pth --words dict", 2, "`--words` adds a table to a model package")]
    [InlineData("-o x.onnx --vectors vectors.txt", 2, "`--vectors` is for the table that `--words` makes")]
    [InlineData("-o x.onnx --words nothing", 1, "`nothing` has no `data.noun`")]
    public void A_table_needs_a_package_and_a_database(string options, int exitCode, string problem) =>
        Assert.Contains(problem, Workspace.Run(["export", "run", .. options.Split(' ')]).HasExitCode(exitCode).Error);

    [Fact]
    public void A_run_becomes_a_static_site()
    {
        SkipWithoutRuntime();
        Workspace.Run("export", "run", "--web", "site", "--name", "Tiny", "--license", "CC0-1.0").HasExitCode(0);

        using var model = JsonDocument.Parse(File.ReadAllText(Workspace.PathOf("site/models/tiny/model.json")));
        Assert.Equal([16, 32], model.RootElement.GetProperty("stageSizes").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal((1, 8, "Tiny"), (
            model.RootElement.GetProperty("refinements").GetInt32(),
            model.RootElement.GetProperty("tokenizer").GetProperty("maxWords").GetInt32(),
            model.RootElement.GetProperty("name").GetString()));
        JsonElement[] files =
            [model.RootElement.GetProperty("textEncoder"), .. model.RootElement.GetProperty("generator").EnumerateArray()];
        Assert.Equal(3, files.Length);
        Assert.All(files, file =>
        {
            Assert.Equal(
                file.GetProperty("bytes").GetInt64(),
                new FileInfo(Workspace.PathOf($"site/models/tiny/{file.GetProperty("file").GetString()}")).Length);
        });
        Assert.True(File.Exists(Workspace.PathOf("site/index.html")));
    }

    [Fact]
    public void A_build_without_the_runtime_for_browsers_names_the_command_that_installs_it()
    {
        string site = Workspace.PathOf("site-without-runtime");
        AttnGanException error = Assert.Throws<AttnGanException>(() => StaticSite.Prepare(site, overwrite: false, parts: Workspace.Root));

        Assert.Contains("`npm ci --ignore-scripts --prefix eng/web-runtime`", error.Message);
        Assert.False(Directory.Exists(site));
    }

    [Fact]
    public void PyTorch_files_become_a_package()
    {
        Workspace.Run("export", "run", "--format", "pth", "-o", "pth").HasExitCode(0);
        Workspace.Run(
            "import", "--text-encoder", "pth/text_encoder.pth", "--generator", "pth/netG.pth", "--vocabulary", "pth/vocabulary.json",
            "--set", "data.max_words=8", "--name", "imported-tiny", "-o", "imported.onnx").HasExitCode(0);
        Workspace.Run("export", "run", "-o", "exported.onnx").HasExitCode(0);

        Assert.Equal("imported-tiny", Open("imported.onnx").Card.Name);
        Assert.Equal(Open("exported.onnx").Model.Graph, Open("imported.onnx").Model.Graph);
        Assert.Equal(TokenizerMode.Official, Open("imported.onnx").Captions.Tokenizer.Mode);
    }

    [Fact]
    public void A_package_cannot_be_exported_to_another_file()
    {
        string error = Workspace.Run("export", "there.onnx", "-o", "here.onnx").HasExitCode(1).Error;

        Assert.StartsWith("error: `there.onnx` is a model package, which is for generation and cannot be exported again.", error);
    }

    private ModelPackage Open(string name) => ModelPackage.Open(Workspace.PathOf(name));

    private static void SkipWithoutRuntime() => Assert.SkipUnless(
        File.Exists(Path.Combine(AppContext.BaseDirectory, "web/runtime/ort-wasm-simd-threaded.wasm")),
        "ONNX Runtime for browsers is not installed: run `npm ci --ignore-scripts --prefix eng/web-runtime` and build again.");
}
