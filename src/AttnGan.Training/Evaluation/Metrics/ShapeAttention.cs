using AttnGan.Attention;
using AttnGan.Training.Data.Shapes;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// For captions of two shapes: how much more attention each stage pays to an object's color and shape words at a pixel of that object than
/// at a pixel of the other object, or of the background. Objects are found by <see cref="ShapeFinder"/>; an image counts if it satisfies
/// its caption, because only then it is known which object is which.
/// </summary>
internal sealed class ShapeAttention : IMetric
{
    private readonly SortedDictionary<int, List<WordAttention>> _stages = [];

    public static MetricDefinition Definition { get; } = new("shapes_attention", MetricInputs.Attention, _ => new ShapeAttention())
    {
        FindObstacle = context => context.Pairs.Any(pair => Read(pair.Caption) is not null)
            ? null
            : "no caption describes a scene of two shapes (`attngan dataset make shapes`)",
        EmptyReason = "no image of two shapes satisfies its caption",
    };

    public void Add(ImageBatch batch)
    {
        for (int i = 0; i < batch.Images.Count; i++)
        {
            SubjectImage image = batch.Images[i];
            if (image.Stages is not { Count: > 0 } || Read(batch.Pairs[i].Caption) is not { } description)
            {
                continue;
            }

            (ShapeScene scene, IReadOnlyList<IReadOnlyList<int>> areas) = ShapeFinder.FindAreas(image.Image);
            if (description.Fits(scene) && description.Match(scene) is { } objects)
            {
                bool isSwapped = !ReferenceEquals(objects[0], scene.Objects[0]);
                (IReadOnlyList<int> first, IReadOnlyList<int> second) = isSwapped ? (areas[1], areas[0]) : (areas[0], areas[1]);
                foreach (StageAttention attention in image.Stages)
                {
                    Add(attention, first, second, image.Image.Width);
                }
            }
        }
    }

    public IEnumerable<MetricResult> Compute() => _stages.SelectMany(stage =>
    {
        List<WordAttention> words = stage.Value;
        double own = words.Average(word => word.Own);
        string note = $"attention of stage {stage.Key} to color and shape words a pixel, in captions of two objects, satisfied in full";
        return new[]
        {
            Result("other", "the other object", words.Average(word => word.Other)),
            Result("background", "the background", words.Average(word => word.Background)),
        };

        MetricResult Result(string name, string title, double elsewhere) => new(new MetricValue(
            $"{Definition.Name}_{name}_stage{stage.Key}",
            $"Shapes attention, stage {stage.Key}: own object / {title}",
            own / elsewhere,
            Deviation: null,
            HigherIsBetter: true,
            IsShare: false,
            Network: null,
            words.Count,
            $"{note}; 1 is chance"));
    });

    /// <summary>Reads a caption of two objects that differ in color and shape; null for others.</summary>
    private static ShapeDescription? Read(string caption) =>
        ShapeCaptions.TryRead(caption, out ShapeDescription? description) && description.Objects is [var first, var second] &&
        first.Color != second.Color && first.Shape != second.Shape
            ? description
            : null;

    /// <summary>Adds the color word and the shape word of each object; the color stands directly before the shape.</summary>
    private void Add(StageAttention attention, IReadOnlyList<int> first, IReadOnlyList<int> second, int width)
    {
        double[] inFirst = Coverage(first, width, attention.Size);
        double[] inSecond = Coverage(second, width, attention.Size);
        double[] outside = [.. inFirst.Zip(inSecond, (one, other) => 1 - one - other)];
        bool isFirst = true;
        for (int word = 1; word < attention.Words.Count; word++)
        {
            if (ShapeCaptions.IsShape(attention.Words[word]))
            {
                (double[] own, double[] other) = isFirst ? (inFirst, inSecond) : (inSecond, inFirst);
                for (int at = word - 1; at <= word; at++)
                {
                    var sample = new WordAttention(
                        Mean(attention.MapOf(at), own), Mean(attention.MapOf(at), other), Mean(attention.MapOf(at), outside));
                    if (!_stages.TryGetValue(attention.Stage, out List<WordAttention>? samples))
                    {
                        _stages[attention.Stage] = samples = [];
                    }

                    samples.Add(sample);
                }

                isFirst = false;
            }
        }
    }

    /// <summary>The share of each position's block of pixels that an area covers.</summary>
    private static double[] Coverage(IReadOnlyList<int> area, int width, int size)
    {
        bool[] mask = new bool[width * width];
        foreach (int at in area)
        {
            mask[at] = true;
        }

        return AttentionOnMask.Coverage(mask, width, size);
    }

    private static double Mean(ReadOnlySpan<float> map, double[] weights)
    {
        double sum = 0;
        for (int i = 0; i < map.Length; i++)
        {
            sum += map[i] * weights[i];
        }

        return sum / weights.Sum();
    }

    /// <summary>Mean attention to a word at pixels of its own object, of the other object and of the background.</summary>
    private sealed record WordAttention(double Own, double Other, double Background);
}
