using System.Globalization;
using AttnGan.Imaging;
using AttnGan.Models;

namespace AttnGan.Cli.Tests.Info;

public sealed class InfoTests : IDisposable
{
    private static readonly string s_model = Repository.BundledModel;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_model_card_is_printed_with_one_field_per_line()
    {
        string[] lines = _workspace.Run("info", s_model).HasExitCode(0).Output.Split('\n');

        long? steps = ModelPackage.Open(s_model).Card.Steps;
        Assert.Contains("name: emoji", lines);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"training: {steps:N0} GAN steps"), lines);
        Assert.Contains("images: 32, 64, 128 pixels", lines);
        Assert.Contains("vocabulary: 1,097 words, captions of up to 16", lines);
        Assert.Contains(lines, line => line.StartsWith("license: Weights: MIT.", StringComparison.Ordinal));
        const string Architecture = "architecture: AttnGAN, 3 stages, width 32, 2 residual blocks, LSTM 128 -> 256";
        Assert.Contains(lines, line => line.StartsWith(Architecture, StringComparison.Ordinal));
    }

    [Fact]
    public void The_bundled_model_is_the_default() =>
        Assert.Equal(_workspace.Run("info", s_model).Output, _workspace.Run("info").HasExitCode(0).Output);

    [Fact]
    public void Words_are_printed_most_frequent_first()
    {
        string[] words = _workspace.Run("info", s_model, "--words").HasExitCode(0).Output.TrimEnd('\n').Split('\n');

        Assert.Equal(ModelPackage.Open(s_model).Vocabulary.Words.Skip(1), words);
    }

    [Fact]
    public void An_image_contains_its_caption_and_seed()
    {
        _workspace.Run("generate", "a red heart", "--seed", "5", "--truncation", "0.8", "--grid", "--out", "out").HasExitCode(0);

        string image = _workspace.Run("info", "out/a-red-heart-s5.png").HasExitCode(0).Output;
        string grid = _workspace.Run("info", "out/a-red-heart-s5-grid.png").HasExitCode(0).Output;

        const string Style = "style: (twemoji|noto|fluent)\n";
        Assert.Matches($"^caption: a red heart\nseed: 5\ntruncation: 0.8\n{Style}model: emoji\nsoftware: AttnGan ", image);
        Assert.StartsWith("caption: a red heart\nseed: not specified\ntruncation: 0.8\nmodel: emoji\n", grid);
    }

    [Fact]
    public void The_architecture_names_what_differs_from_the_paper()
    {
        string output = Describe(
            architecture => architecture with { Attention = AttentionKind.Cosine, SkipExcitation = true }, new ModelCard());

        Assert.Contains(", condition 100, attention by cosines, skip-layer excitation\n", output);
    }

    [Fact]
    public void Control_characters_in_a_card_do_not_reach_the_terminal()
    {
        string output = Describe(architecture => architecture, new ModelCard { Name = "\u001b[31mred\u001b[2J" });

        Assert.Contains("name:  [31mred [2J", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void Files_without_metadata_are_reported()
    {
        new RgbImage(4, 4).Save(_workspace.PathOf("black.png"));
        File.WriteAllText(_workspace.PathOf("notes.txt"), "notes");
        Directory.CreateDirectory(_workspace.PathOf("run"));

        Assert.Contains("has no generation metadata", _workspace.Run("info", "black.png").HasExitCode(1).Error);
        Assert.Contains("`notes.txt` is not an ONNX", _workspace.Run("info", "notes.txt").HasExitCode(1).Error);
        Assert.Contains("cannot be read", _workspace.Run("info", "none.onnx").HasExitCode(1).Error);
        Assert.Contains("`attngan export run -o model.onnx`", _workspace.Run("info", "run").HasExitCode(2).Error);
        Assert.Contains("`--words` applies to models only", _workspace.Run("info", "black.png", "--words").HasExitCode(2).Error);
    }

    /// <summary>Prints the card of the bundled model with another architecture and card.</summary>
    private string Describe(Func<ModelArchitecture, ModelArchitecture> change, ModelCard card)
    {
        var package = ModelPackage.Open(s_model);
        var changed = ModelPackage.Create(
            package.Model,
            change(package.Architecture),
            new TokenizerSettings { Mode = package.Captions.Tokenizer.Mode, MaxWords = package.Captions.MaxWords },
            package.Vocabulary,
            card);
        changed.Save(_workspace.PathOf("changed.onnx"));
        return _workspace.Run("info", "changed.onnx").HasExitCode(0).Output;
    }
}
