using System.Buffers.Binary;
using System.Text.Json;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Models;
using AttnGan.Models.Onnx;

namespace AttnGan.Cli.Tests.Export;

/// <summary>Model repositories as the Hugging Face Hub has them.</summary>
public sealed class HubTests : IDisposable
{
    private static readonly string s_script = Path.Combine(Repository.Root, "tests/AttnGan.Cli.Tests/Export/Hub/draw.mjs");

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_bundled_model_becomes_a_repository_that_generates()
    {
        string output = Export("--dataset", "me/images", "--dataset", "me/more");

        Assert.Contains("hub: a model repository with emoji, 1097 words", output);
        string card = File.ReadAllText(_workspace.PathOf("hub/README.md")).ReplaceLineEndings("\n");
        Assert.StartsWith("---\nlicense: mit\npipeline_tag: text-to-image\ntags:\n- \"attngan\"\n", card);
        Assert.Contains("datasets:\n- \"me/images\"\n- \"me/more\"\n---\n", card);
        Assert.Contains("![a red heart](samples/a-red-heart.png)", card);
        Assert.Contains("After its 16 normal values, `noise` has 3 more: 1 for the style", card);
        var samples = RgbImage.Load(_workspace.PathOf("hub/samples/a-red-heart.png"), RgbColor.White);
        Assert.True(samples.Width > 4 * 128);

        _workspace.Run("generate", "a red heart", "--model", "hub", "--seed", "1", "--out", "a").HasExitCode(0);
        _workspace.Run("generate", "a red heart", "--seed", "1", "--out", "b").HasExitCode(0);
        Assert.Equal(Pixels("b/a-red-heart-s1.png"), Pixels("a/a-red-heart-s1.png"));
    }

    [Fact]
    public void The_weights_are_those_of_the_package()
    {
        Export();
        var package = ModelPackage.Open(Repository.BundledModel);

        byte[] file = File.ReadAllBytes(_workspace.PathOf("hub/model.safetensors"));
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var json = JsonDocument.Parse(file.AsMemory(8, header));
        Assert.Equal(0, (8 + header) % 8);
        Assert.Equal(WeightShapes.Of(package.Architecture, package.Vocabulary.Count).Count, json.RootElement.EnumerateObject().Count());
        long end = 0;
        foreach (JsonProperty weight in json.RootElement.EnumerateObject())
        {
            TensorProto expected = package.Model.Graph.Initializer.Single(tensor => tensor.Name == weight.Name);
            long[] offsets = weight.Value.GetProperty("data_offsets").Deserialize<long[]>()!;
            Assert.Equal(expected.Dims, weight.Value.GetProperty("shape").Deserialize<long[]>()!);
            Assert.Equal(end, offsets[0]);
            Assert.True(file.AsSpan(8 + header)[(int)offsets[0]..(int)offsets[1]].SequenceEqual(expected.RawData.Span), weight.Name);
            end = offsets[1];
        }

        Assert.Equal(file.Length, 8 + header + end);
    }

    [Fact]
    public async Task JavaScript_generates_the_same_image_with_ONNX_Runtime_alone()
    {
        await NodeProcess.SkipUnlessInstalledAsync();
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(Path.GetDirectoryName(s_script)!, "node_modules")),
            "Run `npm ci --ignore-scripts --prefix tests/AttnGan.Cli.Tests/Export/Hub`.");
        Export();
        string values = _workspace.PathOf("pixels");

        (int exitCode, string output) = await NodeProcess.RunAsync([], s_script, _workspace.PathOf("hub"), "a red heart", "7", values);

        Assert.True(exitCode == 0, output);
        using var pipeline = TextToImagePipeline.Load(Repository.BundledModel);
        byte[] expected = pipeline
            .Generate("a red heart", new GenerationOptions { Seed = 7 }, TestContext.Current.CancellationToken).Image.Pixels;
        byte[] actual = await File.ReadAllBytesAsync(values, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() <= 1);
    }

    [Theory]
    [InlineData("--hub hub -o x.onnx", "`--hub` writes only its folder; leave out `--output`")]
    [InlineData("--hub hub --web site", "`--web` writes only its folder; leave out `--hub`")]
    [InlineData("--web site --dataset d", "`--dataset` is for the card that `--hub` writes")]
    public void Options_of_other_targets_are_refused(string arguments, string error) =>
        Assert.Contains(error, _workspace.Run(["export", .. arguments.Split(' ')]).HasExitCode(2).Error);

    [Fact]
    public void A_folder_with_files_is_kept()
    {
        Assert.Contains("`data` is not empty", _workspace.Run("export", "--hub", "data").HasExitCode(1).Error);
        Assert.Contains("`tiny.yml` is a file; `--hub`", _workspace.Run("export", "--hub", "tiny.yml").HasExitCode(2).Error);
    }

    private string Export(params string[] more) =>
        _workspace.Run(["export", "emoji", "--hub", "hub", "--license", "MIT", "--caption", "a red heart", .. more]).HasExitCode(0).Output;

    private byte[] Pixels(string file) => RgbImage.Load(_workspace.PathOf(file), RgbColor.White).Pixels;
}
