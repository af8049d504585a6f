using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>
/// The captions from which negatives are sampled, each text once. A text that describes any image of a class is not a negative for that
/// class.
/// </summary>
internal sealed class CandidatePool
{
    private readonly List<string> _captions = [];
    private readonly List<string> _classes = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<int>> _positives = new(StringComparer.Ordinal);

    /// <param name="captions">Captions with the classes of their images.</param>
    public CandidatePool(IEnumerable<(string Caption, string Class)> captions)
    {
        foreach ((string caption, string name) in captions)
        {
            if (!_indices.TryGetValue(caption, out int index))
            {
                _indices[caption] = index = _captions.Count;
                _captions.Add(caption);
                _classes.Add(name);
            }

            if (!_positives.TryGetValue(name, out HashSet<int>? positives))
            {
                _positives[name] = positives = [];
            }

            positives.Add(index);
        }
    }

    /// <summary>The distinct texts.</summary>
    public IReadOnlyList<string> Captions => _captions;

    /// <summary>The smallest number of negatives that any class has.</summary>
    public int MinNegatives => _positives.Keys.Select(CountNegatives).DefaultIfEmpty(0).Min();

    /// <summary>Returns the index of a text in <see cref="Captions"/>.</summary>
    public int IndexOf(string caption) => _indices[caption];

    /// <summary>Returns a class whose images a text describes: the first one that was added with it.</summary>
    public string ClassOf(int index) => _classes[index];

    /// <summary>Returns the class of an image. An image without a class is a class by itself; prefixes distinguish the two kinds.</summary>
    public static string ClassOf(CaptionedImage image) => image.Class is { } name ? $"class {name}" : $"image {image.Name}";

    /// <summary>Returns the number of texts that describe no image of a class.</summary>
    public int CountNegatives(string name) =>
        _captions.Count - (_positives.TryGetValue(name, out HashSet<int>? positives) ? positives.Count : 0);

    /// <summary>Samples distinct negatives for an image. The sample depends on seed and image alone.</summary>
    /// <param name="name">The class of the image's caption.</param>
    /// <param name="count">The size of the sample; at most <see cref="CountNegatives"/>.</param>
    /// <param name="seed">Seed of the evaluation.</param>
    /// <param name="image">Number of the image.</param>
    /// <returns>Indices into <see cref="Captions"/>.</returns>
    public int[] Sample(string name, int count, long seed, long image)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CountNegatives(name));
        HashSet<int> positives = _positives.GetValueOrDefault(name, []);
        var random = new CounterRandom(seed, RandomStream.Candidates, 0, image);

        // A partial Fisher-Yates shuffle of a virtual array: element i is moved[i], or i where nothing was moved.
        var moved = new Dictionary<int, int>();
        var sample = new List<int>(count);
        for (int i = 0; sample.Count < count; i++)
        {
            int from = i + random.Next(_captions.Count - i);
            int candidate = moved.GetValueOrDefault(from, from);
            moved[from] = moved.GetValueOrDefault(i, i);
            if (!positives.Contains(candidate))
            {
                sample.Add(candidate);
            }
        }

        return [.. sample];
    }

    /// <summary>Samples distinct negatives for an image among some of the texts.</summary>
    /// <param name="name">The class of the image's caption.</param>
    /// <param name="among">Indices of the texts to sample from.</param>
    /// <param name="count">The size of the sample.</param>
    /// <param name="seed">Seed of the evaluation.</param>
    /// <param name="image">Number of the image.</param>
    /// <returns>Indices into <see cref="Captions"/>; null if there are not enough.</returns>
    public int[]? TrySample(string name, IEnumerable<int> among, int count, long seed, long image)
    {
        HashSet<int> positives = _positives.GetValueOrDefault(name, []);
        int[] negatives = [.. among.Where(index => !positives.Contains(index))];
        if (negatives.Length < count)
        {
            return null;
        }

        var random = new CounterRandom(seed, RandomStream.Candidates, 0, image);
        for (int i = 0; i < count; i++)
        {
            int other = i + random.Next(negatives.Length - i);
            (negatives[i], negatives[other]) = (negatives[other], negatives[i]);
        }

        return negatives[..count];
    }
}
