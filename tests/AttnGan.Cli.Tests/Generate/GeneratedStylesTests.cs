using AttnGan.Imaging;
using AttnGan.Tests.Models;

namespace AttnGan.Cli.Tests.Generate;

public sealed class GeneratedStylesTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public GeneratedStylesTests()
    {
        File.WriteAllBytes(_workspace.PathOf("plain.onnx"), PlainModel.File);
        File.WriteAllBytes(_workspace.PathOf("styled.onnx"), StyledModel.File);
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_seed_or_the_option_chooses_the_style()
    {
        Generate("--n", "2", "--grid").HasExitCode(0);
        Generate("--style", "crayon", "--grid", "--out", "crayon").HasExitCode(0);

        Assert.Contains(Metadata("out/a-star-s7.png").Style, StyledModel.Styles);
        Assert.Null(Metadata("out/a-star-s7-grid.png").Style);
        Assert.Equal("crayon", Metadata("crayon/a-star-s7.png").Style);
        Assert.Equal("crayon", Metadata("crayon/a-star-s7-grid.png").Style);
        Assert.Contains("seed: 7\nstyle: crayon\nmodel: emoji\n", _workspace.Run("info", "crayon/a-star-s7.png").HasExitCode(0).Output);
    }

    [Fact]
    public void An_unknown_style_is_refused_with_the_styles_of_the_model()
    {
        Assert.Contains(
            "The model has no style 'oil'; use one of ink, clay & wool, crayon.", Generate("--style", "oil").HasExitCode(2).Error);
        Assert.Contains(
            "The style 'ink' was given, but the model has no styles; leave it out.",
            _workspace.Run("generate", "a star", "--style", "ink", "--model", "plain.onnx").HasExitCode(2).Error);
        Assert.False(Directory.Exists(_workspace.PathOf("out")));
    }

    [Fact]
    public void The_styles_of_a_model_are_listed()
    {
        Assert.Contains("\nstyles: ink, clay & wool, crayon\n", _workspace.Run("info", "styled.onnx").HasExitCode(0).Output);
        Assert.DoesNotContain("styles:", _workspace.Run("info", "plain.onnx").HasExitCode(0).Output);
    }

    private AttnganProcess.Result Generate(params string[] arguments) =>
        _workspace.Run(["generate", "a star", "--model", "styled.onnx", "--seed", "7", "--size", "32", .. arguments]);

    private ImageMetadata Metadata(string file) => ImageMetadata.Read(_workspace.PathOf(file))!;
}
