using AttnGan.Training.Configuration;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>Word embeddings that begin with pre-trained vectors (<c>text_encoder.pretrained</c>).</summary>
[WithoutCollections]
public sealed class PretrainedWordsTests : IDisposable
{
    private const string Embeddings = "text_encoder.encoder.weight";

    private readonly TinyRun _tiny = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _tiny.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Embeddings_begin_with_the_vectors_and_other_words_keep_theirs()
    {
        using DamsmTrainer trainer = _tiny.Damsm(Config("red"));
        using DamsmTrainer random = _tiny.Damsm();
        WordCoverage coverage = trainer.LoadWords()!;

        using DisposeScope scope = NewDisposeScope();
        Tensor loaded = trainer.State()[Embeddings].detach().cpu(), before = random.State()[Embeddings].detach().cpu();
        _tiny.Vocabulary.TryGetId("red", out int red);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i - 5.5f), loaded[red].data<float>().ToArray());
        for (int id = 0; id < _tiny.Vocabulary.Count; id++)
        {
            Assert.Equal(id != red, loaded[id].data<float>().SequenceEqual(before[id].data<float>()));
        }

        Assert.Equal(_tiny.Vocabulary.Count - 1, coverage.Words);
        Assert.Equal(_tiny.Vocabulary.Words.Skip(1).Where(word => word != "red"), coverage.Missing);
        Assert.Null(random.LoadWords());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Embeddings_are_trained_unless_they_are_frozen(bool frozen)
    {
        using DamsmTrainer trainer = _tiny.Damsm(Config("red", frozen));
        trainer.LoadWords();

        IReadOnlyDictionary<string, double> moved = Movement.OfOneStep(trainer);

        Assert.Equal(frozen, moved[Embeddings] == 0);
        Assert.True(moved["text_encoder.rnn.weight_ih_l0"] > 0);
        long all = trainer.Sizes.Single(size => size.Network == "text encoder").Parameters;
        using DamsmTrainer other = _tiny.Damsm();
        long expected = other.Sizes.Single(size => size.Network == "text encoder").Parameters;
        Assert.Equal(frozen ? expected - (12 * _tiny.Vocabulary.Count) : expected, all);
    }

    [Fact]
    public void A_resumed_training_needs_no_vectors_and_says_nothing()
    {
        AttnGanConfig config = Config("red", frozen: true);
        var first = new Recorder();
        using (var session = new TrainingSession(_tiny.Data, config, _tiny.Folder("words"), CPU))
        {
            session.TrainDamsm(null, first, TestContext.Current.CancellationToken);
        }

        File.Delete(config.TextEncoder.Pretrained!);
        var second = new Recorder();
        AttnGanConfig longer = config with { Damsm = config.Damsm with { Epochs = 3 } };
        using (var session = new TrainingSession(_tiny.Data, longer, _tiny.Folder("words"), CPU))
        {
            session.TrainDamsm(new ResumeFrom(null), second, TestContext.Current.CancellationToken);
        }

        Assert.Equal(config.TextEncoder.Pretrained, Assert.Single(first.Events.OfType<WordsLoaded>()).Coverage.Path);
        Assert.Empty(second.Events.OfType<WordsLoaded>());
        Assert.NotEmpty(second.Events.OfType<StepDone>());
    }

    [Fact]
    public void Vectors_of_another_width_are_refused()
    {
        AttnGanConfig config = Config("red");
        using DamsmTrainer trainer = _tiny.Damsm(config with { TextEncoder = config.TextEncoder with { WordEmbedding = 10 } });

        Assert.Contains(
            "have 12 numbers each, but `text_encoder.word_embedding` is 10. Set it to 12",
            Assert.Throws<AttnGanException>(trainer.LoadWords).Message);
    }

    [Fact]
    public void Vectors_of_other_words_are_refused()
    {
        using DamsmTrainer trainer = _tiny.Damsm(Config("rouge"));
        Assert.Contains("has a vector for none of the", Assert.Throws<AttnGanException>(trainer.LoadWords).Message);
    }

    private AttnGanConfig Config(string word, bool frozen = false)
    {
        string file = _directory.File("vectors.txt");
        string numbers = string.Join(' ', Enumerable.Range(0, 12).Select(i => FormattableString.Invariant($"{i - 5.5}")));
        File.WriteAllText(file, $"{word} {numbers}\n");
        return TinyRun.Config with { TextEncoder = TinyRun.Config.TextEncoder with { Pretrained = file, FreezeWords = frozen } };
    }

    private sealed class Recorder : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Events { get; } = [];

        public void Report(TrainingProgress value) => Events.Add(value);
    }
}
