using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data;

public sealed class TrainingUseTests
{
    private static readonly DataConfig s_config = new();

    [Fact]
    public void The_words_that_a_foreign_vocabulary_does_not_have_are_counted()
    {
        CaptionEncoder damsm = Encoder("a", "red", "tile", "blue", "green", "two", "grey", "tiles");
        CaptionedImage[] train = [Image("0", "purple sofa tile"), Image("1", "tall tower tile"), Image("2", "huge engine tile")];

        Assert.Equal(
            [
                "(vocabulary): 6 of the 7 words of the training captions, 67 % of their text, are not in the vocabulary of the DAMSM and " +
                "are ignored: engine, huge, purple, sofa, tall, tower.",
                "(vocabulary): 7 of the 8 words of the vocabulary of the DAMSM, 88 %, occur in no training caption.",
            ],
            TrainingUse.Check(train, [], damsm, s_config with { ValidationFraction = 0 }, "the DAMSM")
                .Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("zebra", "the DAMSM", 1, TokenizerMode.Unicode,
        "no word of caption \"zebra\" is in the vocabulary, which is that of the DAMSM; reword it, or train with a vocabulary of these "
        + "captions.")]
    [InlineData("zebra", null, 2, TokenizerMode.Unicode,
        "all words of caption \"zebra\" are too rare; reword it or lower data.min_word_count.")]
    [InlineData("!?", null, 1, TokenizerMode.Unicode, "caption \"!?\" has no words; reword it.")]
    [InlineData("红色", null, 1, TokenizerMode.Official,
        "the tokenizer finds no word in caption \"红色\": set `data.tokenizer`, which is official, to unicode or spaces.")]
    public void The_advice_for_a_training_caption_without_a_known_word_fits_the_cause(
        string caption, string? origin, int minCount, TokenizerMode mode, string message)
    {
        DataConfig config = s_config with { MinWordCount = minCount, Tokenizer = mode, ValidationFraction = 0 };
        CaptionEncoder encoder = config.CaptionEncoder(new Vocabulary([Vocabulary.End, "tile"]));

        DatasetProblem error = Assert.Single(
            TrainingUse.Check([Image("0", "tile"), Image("1", caption)], [], encoder, config, origin),
            problem => problem.Severity == ProblemSeverity.Error);

        Assert.Equal(new DatasetProblem("1", ProblemSeverity.Error, message), error);
    }

    [Fact]
    public void Validation_captions_without_a_known_word_are_warnings_with_a_count()
    {
        CaptionedImage[] train = [Image("0", "kettle", "kettle"), Image("1", "ladder", "ladder")];
        CaptionedImage[] validation = [Image("2", "pulley", "pulley"), Image("3", "pulley", "pulley")];

        IReadOnlyList<DatasetProblem> problems = TrainingUse.Check(train, validation, Encoder("kettle", "ladder"), s_config);

        Assert.All(problems, problem => Assert.Equal(ProblemSeverity.Warning, problem.Severity));
        Assert.Equal(
            "(validation split): 2 of 2 images have no caption with a known word and are not measured: nothing can be measured in " +
            "training. List other images in validation.txt, or remove the classes, which are held out as a whole.",
            problems[^1].ToString());
        Assert.Empty(TrainingUse.Measurable(validation, Encoder("kettle")));
        Assert.Single(TrainingUse.Measurable([.. validation, Image("4", "a kettle")], Encoder("kettle")));
    }

    [Fact]
    public void Retrieval_within_one_class_is_not_measured()
    {
        CaptionedImage[] train = [Image("0", "tile", "a"), Image("1", "tile red", "b")];
        CaptionedImage[] validation = [Image("2", "tile", "c"), Image("3", "tile", "c")];

        Assert.Contains(
            TrainingUse.Check(train, validation, Encoder("tile", "red"), s_config),
            problem => problem.Message.StartsWith(
                "all 2 images are of class 'c': any caption would count as correct", StringComparison.Ordinal));
        Assert.False(TrainingUse.HasNegatives(validation));
        Assert.True(TrainingUse.HasNegatives(train));
        Assert.True(TrainingUse.HasNegatives([Image("0", "tile"), Image("1", "tile")]));
    }

    // Without replacement: 7/8 * 6/7 = 3/4 of the pairs of 8 images are of the class of 7.
    [Fact]
    public void Batches_without_negatives_are_estimated()
    {
        CaptionedImage[] train = [.. Enumerable.Range(0, 8).Select(i => Image($"{i}", "tile", i == 0 ? "other" : "tile"))];

        Assert.StartsWith(
            "about 75 % of the batches contain only one class ('tile' has 7 of 8 images; `damsm.batch_size` is 2)",
            TrainingUse.CheckNegatives(train, "damsm.batch_size", 2)!.Message,
            StringComparison.Ordinal);
        Assert.Null(TrainingUse.CheckNegatives(train, "damsm.batch_size", 8));
        Assert.Null(TrainingUse.CheckNegatives([Image("0", "tile"), Image("1", "tile")], "damsm.batch_size", 2));
    }

    [Theory]
    [InlineData(TokenizerMode.Spaces, "圆形", "的", "红色", "t形")]
    [InlineData(TokenizerMode.Official, "a", "caf", "bird", "under_score")]
    [InlineData(TokenizerMode.Unicode, "un", "pájaro", "rojo", "pequeño")]
    [InlineData(TokenizerMode.Unicode, "طائر", "أحمر", "صغير")]
    [InlineData(TokenizerMode.Official, "a", "bird", ",", ".")]
    [InlineData(TokenizerMode.Spaces, "blue-green", "bird's", "a")]
    public void The_tokenizer_of_a_vocabulary_is_found(TokenizerMode mode, params string[] words) =>
        Assert.Equal(mode, TokenizerFit.Find(new Vocabulary([Vocabulary.End, .. words])).Mode);

    [Fact]
    public void Problems_are_shortened_by_kind()
    {
        DatasetProblem[] problems =
        [
            .. Enumerable.Range(0, 120).Select(i => new DatasetProblem(
                $"k{i % 3}/cat{i}.jpg",
                ProblemSeverity.Error,
                $"its captions are missing; expected k{i % 3}/cat{i}.txt with one caption.")),
            new("train.txt:3", ProblemSeverity.Error, "'x' is listed twice."),
            new("train.txt:8", ProblemSeverity.Error, "'other' is listed twice."),
        ];

        Assert.Equal(
            [("k0/cat0.jpg", 0), ("k1/cat1.jpg", 0), ("k2/cat2.jpg", 117), ("train.txt:3", 0), ("train.txt:8", 0)],
            ProblemGroups.Shorten(problems).Select(entry => (entry.Problem.File, entry.Others)));
    }

    private static CaptionEncoder Encoder(params string[] words) => s_config.CaptionEncoder(new Vocabulary([Vocabulary.End, .. words]));

    private static CaptionedImage Image(string name, string caption, string? imageClass = null) => new(name, name, [caption], imageClass);
}
