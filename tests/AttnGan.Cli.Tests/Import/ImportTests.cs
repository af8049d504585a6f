using AttnGan.Imaging;
using AttnGan.Training.Formats.PyTorch;

namespace AttnGan.Cli.Tests.Import;

/// <summary>Export to PyTorch's files and import from them, with a trained model.</summary>
public sealed class ImportTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private Workspace Workspace => trained.Workspace;

    [Fact]
    public void Export_to_PyTorch_and_import_preserves_the_generated_images()
    {
        Workspace.Run("export", "run", "--format", "pth", "-o", "pth").HasExitCode(0);
        AttnganProcess.Result import = Workspace.Run(
            "import", "--text-encoder", "pth/text_encoder.pth", "--generator", "pth/netG.pth", "--vocabulary", "pth/vocabulary.json", "-o",
            "imported.safetensors", "--no-half", "--set", "data.max_words=8").HasExitCode(0);

        Assert.Contains("AttnGan of width 4, 2 stages to 32 pixels, 1 residual blocks, noise 8, condition 8", import.Output);
        Workspace.Run("generate", "a red heart", "--model", "run", "--seed", "3", "--out", "original").HasExitCode(0);
        Workspace.Run("generate", "a red heart", "--model", "imported.safetensors", "--seed", "3", "--out", "copy").HasExitCode(0);

        // The files differ in the model name.
        Assert.Equal(Pixels("original/a-red-heart-s3.png"), Pixels("copy/a-red-heart-s3.png"));

        byte[] Pixels(string path) => RgbImage.Load(Workspace.PathOf(path), RgbColor.White).Pixels;
    }

    [Fact]
    public void A_malicious_file_is_rejected_in_one_line()
    {
        File.WriteAllText(Workspace.PathOf("evil.pth"), "cos\nsystem\n(S'touch pwned'\ntR.");
        File.WriteAllText(Workspace.PathOf("words.json"), "[\"<end>\"]");

        AttnganProcess.Result result = Workspace.Run(
            "import", "--text-encoder", "evil.pth", "--generator", "evil.pth", "--vocabulary", "words.json", "-o", "evil.safetensors");

        Assert.Contains("error: `evil.pth` asks to call os.system: rejected, and no code was run", result.HasExitCode(1).Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(Workspace.PathOf("pwned")));
        Assert.False(File.Exists(Workspace.PathOf("evil.safetensors")));
    }

    [Theory]
    [InlineData("Nothing to write", "--text-encoder", "a", "--vocabulary", "b")]
    [InlineData("`--output` needs `--generator`", "--text-encoder", "a", "--vocabulary", "b", "-o", "c.safetensors")]
    [InlineData("needs `--image-encoder`", "--text-encoder", "a", "--vocabulary", "b", "--run", "c")]
    [InlineData("either `--captions` or `--vocabulary`", "--text-encoder", "a", "--generator", "b", "-o", "c.safetensors")]
    [InlineData(
        "only together with `--generator`",
        "--text-encoder", "a", "--image-encoder", "b", "--vocabulary", "c", "--run", "d", "--discriminator", "e")]
    [InlineData("not the name of a model file", "--text-encoder", "a", "--generator", "b", "--vocabulary", "c", "-o", "d.pth")]
    public void Missing_options_are_reported_before_any_file_is_read(string reason, params string[] arguments) =>
        Assert.Contains(reason, Workspace.Run(["import", .. arguments]).HasExitCode(2).Error);

    [Fact]
    public void Exported_files_are_replaced_only_with_overwrite()
    {
        Directory.CreateDirectory(Workspace.PathOf("kept"));
        File.WriteAllText(Workspace.PathOf("kept/text_encoder.pth"), "mine");

        Assert.Contains("--overwrite", Workspace.Run("export", "run", "--format", "pth", "-o", "kept").HasExitCode(1).Error);
        Assert.Equal("mine", File.ReadAllText(Workspace.PathOf("kept/text_encoder.pth")));
        Assert.False(File.Exists(Workspace.PathOf("kept/netG.pth")));
        Workspace.Run("export", "run", "--format", "pth", "-o", "kept", "--overwrite").HasExitCode(0);
        using var file = PyTorchFile.Open(Workspace.PathOf("kept/text_encoder.pth"));
        Assert.Contains("rnn.weight_hh_l0_reverse", file.Tensors.Keys);
    }
}
