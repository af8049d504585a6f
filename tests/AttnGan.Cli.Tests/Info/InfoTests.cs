using AttnGan.Imaging;
using AttnGan.Models;

namespace AttnGan.Cli.Tests.Info;

public sealed class InfoTests : IDisposable
{
    private static readonly string s_model = Repository.BundledModel;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_models_card_is_printed_a_line_each()
    {
        string[] lines = _workspace.Run("info", s_model).HasExitCode(0).Output.Split('\n');

        Assert.Contains("name: emoji", lines);
        Assert.Contains("training: 6,786 steps of the GAN", lines);
        Assert.Contains("images: 32, 64, 128 pixels", lines);
        Assert.Contains("words: 1,097 known, captions of up to 16", lines);
        Assert.Contains(lines, line => line.StartsWith("license: Weights: MIT.", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("architecture: AttnGAN, 3 stages, width 48, 2 residual blocks, LSTM 128 -> 128", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_file_it_is_the_bundled_models() =>
        Assert.Equal(_workspace.Run("info", s_model).Output, _workspace.Run("info").HasExitCode(0).Output);

    [Fact]
    public void Words_are_printed_most_frequent_first()
    {
        string[] words = _workspace.Run("info", s_model, "--words").HasExitCode(0).Output.TrimEnd('\n').Split('\n');

        Assert.Equal(ModelPackage.Open(s_model).Vocabulary.Words.Skip(1), words);
    }

    [Fact]
    public void A_image_tells_what_it_was_drawn_from()
    {
        _workspace.Run("generate", "a red heart", "--seed", "5", "--truncation", "0.8", "--grid", "--out", "out").HasExitCode(0);

        string image = _workspace.Run("info", "out/a-red-heart-s5.png").HasExitCode(0).Output;
        string grid = _workspace.Run("info", "out/a-red-heart-s5-grid.png").HasExitCode(0).Output;

        Assert.StartsWith("caption: a red heart\nseed: 5\ntruncation: 0.8\nmodel: emoji\nsoftware: AttnGan ", image);
        Assert.StartsWith("caption: a red heart\nseed: not said\ntruncation: 0.8\nmodel: emoji\n", grid);
    }

    [Fact]
    public void A_card_does_not_command_the_terminal()
    {
        var package = ModelPackage.Open(s_model);
        var renamed = ModelPackage.Create(
            package.Model,
            package.Architecture,
            new TokenizerSettings { Mode = package.Captions.Tokenizer.Mode, MaxWords = package.Captions.MaxWords },
            package.Vocabulary,
            new ModelCard { Name = "\u001b[31mred\u001b[2J" });
        renamed.Save(_workspace.PathOf("red.onnx"));

        string output = _workspace.Run("info", "red.onnx").HasExitCode(0).Output;

        Assert.Contains("name:  [31mred [2J", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void What_has_no_card_is_said()
    {
        new RgbImage(4, 4).Save(_workspace.PathOf("black.png"));
        File.WriteAllText(_workspace.PathOf("notes.txt"), "notes");
        Directory.CreateDirectory(_workspace.PathOf("run"));

        Assert.Contains("does not say what it was drawn from", _workspace.Run("info", "black.png").HasExitCode(1).Error);
        Assert.Contains("`notes.txt` is not an ONNX", _workspace.Run("info", "notes.txt").HasExitCode(1).Error);
        Assert.Contains("cannot be read", _workspace.Run("info", "none.onnx").HasExitCode(1).Error);
        Assert.Contains("`attngan export run -o model.onnx`", _workspace.Run("info", "run").HasExitCode(2).Error);
        Assert.Contains("`--words` are those of a model", _workspace.Run("info", "black.png", "--words").HasExitCode(2).Error);
    }
}
