using AttnGan.Training.Data;
using AttnGan.Training.Data.Shapes;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Runs;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>Checks the images that a generator in training makes of captions of shapes (<see cref="ShapeAccuracy"/>).</summary>
internal sealed class ShapeScorer
{
    private readonly List<EvaluationPair> _pairs = [];
    private ShapeAccuracy? _accuracy;
    private int _checked;

    /// <summary>Returns true if all captions describe scenes of shapes.</summary>
    public static bool IsPossible(IEnumerable<CaptionedImage> images) =>
        images.All(image => image.Captions.All(caption => ShapeCaptions.TryRead(caption, out ShapeDescription? _)));

    /// <summary>Adds a batch of captions.</summary>
    public void AddCaptions(CaptionedBatch batch) => _pairs.AddRange(batch.Captions.Zip(
        batch.Items, (caption, item) => new EvaluationPair(item, caption.Text, CandidatePool.ClassOf(item), item.Category)));

    /// <summary>Checks the images of the next captions. Images that are too small for shapes are ignored.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public void Check(Tensor images)
    {
        if (images.shape[3] >= ShapeDataset.MinSize)
        {
            _accuracy ??= new ShapeAccuracy();
            _accuracy.Add(new ImageBatch(
                _pairs.GetRange(_checked, (int)images.shape[0]),
                [.. ImageTensor.ToImages(images).Select(image => new SubjectImage(image))],
                features: null));
        }

        _checked += (int)images.shape[0];
    }

    /// <summary>Returns the measures of the checked images, and starts over. The quality is the share that satisfies its caption.</summary>
    public ValidationResult Measure()
    {
        Measure[] measures = [.. (_accuracy?.Compute() ?? []).Select(result => new Measure(result.Value.Name, result.Value.Value))];
        (_accuracy, _checked) = (null, 0);
        return measures.Length == 0 ? ValidationResult.None : new ValidationResult(measures, measures[0].Value);
    }

    /// <summary>Discards the captions.</summary>
    public void Forget()
    {
        _pairs.Clear();
        (_accuracy, _checked) = (null, 0);
    }
}
