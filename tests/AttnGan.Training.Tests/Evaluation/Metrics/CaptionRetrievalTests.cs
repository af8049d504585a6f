using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Formats;
using AttnGan.Training.Losses;
using AttnGan.Training.Runs;
using AttnGan.Training.Tests.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

/// <summary>The retrieval of a run that has only a DAMSM, against one pair of image and caption at a time.</summary>
[WithoutCollections]
public sealed class CaptionRetrievalTests : IDisposable
{
    private readonly TinyRun _tiny = new(images: 16);

    public CaptionRetrievalTests() => Assert.True(_tiny.Train("run", TrainingKind.Damsm, resume: false));

    [Fact]
    public void An_image_finds_any_of_its_captions_and_a_caption_its_image()
    {
        Directory.CreateDirectory(_tiny.Folder("out"));

        EvaluationReport report = Run(Options).Report;

        CaptionedImage[] images = [.. _tiny.Dataset.Train];
        (float[,] words, float[,] sentence) = Scores(images);
        Assert.Equal(18, report.Metrics.Count);
        foreach ((string name, Func<int, int, double> score) in new (string, Func<int, int, double>)[]
        {
            ("global", (i, j) => sentence[i, j]), ("words", (i, j) => words[i, j]), ("both", (i, j) => words[i, j] + sentence[i, j]),
        })
        {
            foreach (int count in (int[])[1, 5, 10])
            {
                Assert.Equal(
                    ImageToCaption(images.Length, score, count),
                    EvaluationFixture.Value(report, $"retrieval_{name}_image_to_caption_r{count}"),
                    1e-9);
                Assert.Equal(
                    CaptionToImage(images.Length, score, count),
                    EvaluationFixture.Value(report, $"retrieval_{name}_caption_to_image_r{count}"),
                    1e-9);
            }
        }

        Assert.Equal(32, report.Subject.ImageSize); // that of the image encoder
    }

    [Fact]
    public void Every_image_counts_once()
    {
        Directory.CreateDirectory(_tiny.Folder("out"));
        Assert.Equal(
            Run(Options).Report.Metrics, Run(Options with { Count = 36 }).Report.Metrics.Select(value => value with { Count = 12 }));
    }

    [Fact]
    public void Generated_images_are_not_its_subject()
    {
        AttnGanException onlyDamsm = Assert.Throws<AttnGanException>(() => Run(Options with { Subject = SubjectKind.Model }));
        AttnGanException noise = Assert.Throws<AttnGanException>(() => Run(Options with { Subject = SubjectKind.Noise }));

        Assert.Contains("is a DAMSM without a generator", onlyDamsm.Message, StringComparison.Ordinal);
        Assert.Contains("`retrieval` cannot be measured: it measures the DAMSM on real images; add `--baseline real`", noise.Message);
    }

    public void Dispose() => _tiny.Dispose();

    private EvaluationOptions Options => new()
    {
        Model = _tiny.Folder("run"),
        Subject = SubjectKind.Real,
        Data = _tiny.Data,
        Split = "train",
        Count = 12,
        Metrics = [CaptionRetrieval.Definition],
        Output = _tiny.Folder("out"),
        Threads = 1,
    };

    private static EvaluationResult Run(EvaluationOptions options) =>
        Evaluator.Run(options, CPU, World.Alone, new Progress<(int, int)>(), TestContext.Current.CancellationToken)!;

    /// <summary>The scores of all images and all captions, three for each image, computed one by one.</summary>
    private (float[,] Words, float[,] Sentence) Scores(CaptionedImage[] images)
    {
        var checkpoint = Checkpoint.Open(new RunPart(_tiny.Folder("run"), TrainingKind.Damsm).BestCheckpoint);
        CaptionEncoder captions = TinyRun.Config.Data.CaptionEncoder(new Vocabulary(checkpoint.Vocabulary));
        var loss = new DamsmLoss(checkpoint.Config.Damsm);
        using TextEncoder textEncoder = new(checkpoint.Config.TextEncoder, checkpoint.Vocabulary.Count);
        using ImageEncoder imageEncoder = new(checkpoint.Config.ImageEncoder, checkpoint.Config.TextEncoder.Embedding);
        using TensorDictionary textWeights = checkpoint.LoadTensors("text_encoder.");
        using TensorDictionary imageWeights = checkpoint.LoadTensors("image_encoder.");
        ModuleState.Load(textEncoder, textWeights, "run");
        ModuleState.Load(imageEncoder, imageWeights, "run");
        textEncoder.eval();
        imageEncoder.eval();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        float[,] words = new float[images.Length, 3 * images.Length];
        float[,] sentence = new float[images.Length, 3 * images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            ImageFeatures image = imageEncoder.forward(ImageTensor.Of([images[i].Load(RgbColor.White)]));
            for (int j = 0; j < 3 * images.Length; j++)
            {
                TextFeatures text = textEncoder.Encode([captions.Encode(images[j / 3].Captions[j % 3])], CPU);
                words[i, j] = loss.WordScores(image.Regions.flatten(2), text.Words, text.Padding).item<float>();
                sentence[i, j] = loss.SentenceScores(image.Code, text.Sentence).item<float>();
            }
        }

        return (words, sentence);
    }

    private static double ImageToCaption(int images, Func<int, int, double> score, int count) =>
        Enumerable.Range(0, images).Average(i =>
        {
            int[] captions = [.. Enumerable.Range(0, 3 * images)];
            double best = captions.Where(j => j / 3 == i).Max(j => score(i, j));
            return Rank(captions.Where(j => j / 3 != i).Select(j => score(i, j)), best) < count ? 1.0 : 0;
        });

    private static double CaptionToImage(int images, Func<int, int, double> score, int count) =>
        Enumerable.Range(0, 3 * images).Average(j =>
            Rank(Enumerable.Range(0, images).Where(i => i != j / 3).Select(i => score(i, j)), score(j / 3, j)) < count ? 1.0 : 0);

    /// <summary>The rank among negatives; the same captions of discs of the same color tie, which counts half.</summary>
    private static double Rank(IEnumerable<double> wrong, double own) =>
        wrong.Sum(score => Math.Abs(score - own) < 1e-5 ? 0.5 : score > own ? 1 : 0);
}
