using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// The captions that wrong candidates are drawn from, each text once. A text that any image of a class is described with is no wrong
/// candidate for that class.
/// </summary>
internal sealed class CandidatePool
{
    private readonly List<string> _captions = [];
    private readonly List<string> _classes = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<int>> _ofClass = new(StringComparer.Ordinal);

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

            if (!_ofClass.TryGetValue(name, out HashSet<int>? own))
            {
                _ofClass[name] = own = [];
            }

            own.Add(index);
        }
    }

    /// <summary>The different texts.</summary>
    public IReadOnlyList<string> Captions => _captions;

    /// <summary>Place of a text among <see cref="Captions"/>.</summary>
    public int IndexOf(string caption) => _indices[caption];

    /// <summary>A class whose images are described with a text: the first that came with it.</summary>
    public string ClassOf(int index) => _classes[index];

    /// <summary>An image's class as the pool knows it: one without a class is its own, and neither can be mistaken for the other.</summary>
    public static string ClassOf(CaptionedImage image) => image.Class is { } name ? $"class {name}" : $"image {image.Name}";

    /// <summary>How many texts no image of a class is described with.</summary>
    public int CountForeign(string name) => _captions.Count - (_ofClass.TryGetValue(name, out HashSet<int>? own) ? own.Count : 0);

    /// <summary>The fewest texts that any class has as wrong candidates.</summary>
    public int MinNegatives => _ofClass.Keys.Select(CountForeign).DefaultIfEmpty(0).Min();

    /// <summary>Draws different wrong candidates for an image; what is drawn depends on seed and image alone.</summary>
    /// <param name="name">The class of the image's caption.</param>
    /// <param name="count">How many; at most <see cref="CountForeign"/>.</param>
    /// <param name="seed">Seed of the evaluation.</param>
    /// <param name="image">Which image.</param>
    public int[] Draw(string name, int count, long seed, long image)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CountForeign(name));
        HashSet<int> own = _ofClass.GetValueOrDefault(name, []);
        var random = new CounterRandom(seed, RandomStream.Candidates, 0, image);

        // Shuffles only as far as it is read: place i holds moved[i], or i where nothing was moved.
        var moved = new Dictionary<int, int>();
        var drawn = new List<int>(count);
        for (int i = 0; drawn.Count < count; i++)
        {
            int from = i + random.Next(_captions.Count - i);
            int candidate = moved.GetValueOrDefault(from, from);
            moved[from] = moved.GetValueOrDefault(i, i);
            if (!own.Contains(candidate))
            {
                drawn.Add(candidate);
            }
        }

        return [.. drawn];
    }
}
