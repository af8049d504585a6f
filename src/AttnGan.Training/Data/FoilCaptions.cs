using AttnGan.Text;

namespace AttnGan.Training.Data;

/// <summary>
/// Captions that are wrong by one word: "a yellow sun" for "a yellow star". A caption of another image differs in so much that a
/// discriminator learns the most obvious difference only; a foil caption leaves it one word to look at (foils: Shekhar et al., "FOIL it!",
/// 2017, whose foil words come from lists; here they come from the captions).
/// </summary>
/// <remarks>
/// A word's foils are the words that stand between the same neighbors. Words that other captions of the same images use more often than
/// by chance are left out: they say the same thing ("large", "big") or something else that is true as well.
/// </remarks>
internal sealed class FoilCaptions
{
    /// <summary>Minimum shared probability of the neighbors of two words, of 1.</summary>
    private const double MinOverlap = 0.4;

    private const int MaxFoils = 16;

    private readonly Dictionary<int, int[]> _foils;

    /// <summary>Finds the foils of the words of a dataset.</summary>
    /// <param name="images">The images whose captions are compared.</param>
    /// <param name="captions">Encodes captions.</param>
    public static FoilCaptions Of(IReadOnlyCollection<CaptionedImage> images, CaptionEncoder captions) =>
        new([.. images.Select(image => image.Captions.Select(captions.Encode).ToArray())]);

    /// <param name="images">The captions of each image as word IDs.</param>
    public FoilCaptions(IReadOnlyCollection<IReadOnlyList<EncodedCaption>> images)
    {
        Dictionary<int, List<int>> candidates = Substitutes([.. images.SelectMany(captions => captions)]);
        _foils = WithoutTrueWords(candidates, images);
    }

    /// <summary>The foils of a word, those with the most similar neighbors first.</summary>
    public IReadOnlyList<int> Of(int word) => _foils.GetValueOrDefault(word, []);

    /// <summary>Chooses a random one of the words that have foils, and one of its foils.</summary>
    /// <returns>The index of the word in the caption and the ID that replaces it; null if no word has a foil.</returns>
    public (int Place, int Word)? Replace(EncodedCaption caption, ref CounterRandom random)
    {
        int[] places = [.. Enumerable.Range(0, caption.Ids.Count).Where(i => _foils.ContainsKey(caption.Ids[i]))];
        if (places.Length == 0)
        {
            return null;
        }

        int place = places[random.Next(places.Length)];
        int[] foils = _foils[caption.Ids[place]];
        return (place, foils[random.Next(foils.Length)]);
    }

    /// <summary>Finds the words whose neighbors are distributed alike.</summary>
    private static Dictionary<int, List<int>> Substitutes(IReadOnlyList<EncodedCaption> captions)
    {
        var counts = new Dictionary<(int Left, int Right), Dictionary<int, int>>();
        var totals = new Dictionary<int, int>();
        foreach (IReadOnlyList<int> ids in captions.Select(caption => caption.Ids))
        {
            for (int i = 0; i < ids.Count; i++)
            {
                (int, int) neighbors = (i == 0 ? -1 : ids[i - 1], i == ids.Count - 1 ? -1 : ids[i + 1]);
                if (!counts.TryGetValue(neighbors, out Dictionary<int, int>? words))
                {
                    counts[neighbors] = words = [];
                }

                words[ids[i]] = words.GetValueOrDefault(ids[i]) + 1;
                totals[ids[i]] = totals.GetValueOrDefault(ids[i]) + 1;
            }
        }

        var overlaps = new Dictionary<(int, int), double>();
        foreach (KeyValuePair<int, int>[] words in counts.Values.Select(words => words.ToArray()))
        {
            for (int i = 0; i < words.Length; i++)
            {
                for (int j = i + 1; j < words.Length; j++)
                {
                    ((int a, int timesA), (int b, int timesB)) = (words[i], words[j]);
                    (int, int) pair = a < b ? (a, b) : (b, a);
                    double shared = double.Min((double)timesA / totals[a], (double)timesB / totals[b]);
                    overlaps[pair] = overlaps.GetValueOrDefault(pair) + shared;
                }
            }
        }

        return overlaps
            .Where(pair => pair.Value >= MinOverlap)
            .SelectMany<KeyValuePair<(int, int), double>, (int Word, int Other, double Overlap)>(
                pair => [(pair.Key.Item1, pair.Key.Item2, pair.Value), (pair.Key.Item2, pair.Key.Item1, pair.Value)])
            .GroupBy(pair => pair.Word)
            .ToDictionary(
                group => group.Key,
                group => group.OrderByDescending(pair => pair.Overlap).ThenBy(pair => pair.Other).Select(pair => pair.Other).ToList());
    }

    /// <summary>Leaves out words that captions of an image share more often than captions of different images.</summary>
    private static Dictionary<int, int[]> WithoutTrueWords(
        Dictionary<int, List<int>> candidates, IReadOnlyCollection<IReadOnlyList<EncodedCaption>> images)
    {
        // Images with a word, and images with two words that are never in the same caption.
        var imagesWith = new Dictionary<int, int>();
        var together = new Dictionary<(int, int), int>();
        foreach (HashSet<int>[] captions in images.Select(captions => captions.Select(caption => caption.Ids.ToHashSet()).ToArray()))
        {
            HashSet<int> all = [.. captions.SelectMany(words => words)];
            foreach (int word in all)
            {
                imagesWith[word] = imagesWith.GetValueOrDefault(word) + 1;
                foreach (int other in candidates.GetValueOrDefault(word, []).Where(all.Contains))
                {
                    if (!captions.Any(words => words.Contains(word) && words.Contains(other)))
                    {
                        together[(word, other)] = together.GetValueOrDefault((word, other)) + 1;
                    }
                }
            }
        }

        return candidates
            .Select(pair => (
                Word: pair.Key,
                Foils: pair.Value
                    .Where(other => together.GetValueOrDefault((pair.Key, other)) * (double)images.Count
                        <= (double)imagesWith[pair.Key] * imagesWith[other])
                    .Take(MaxFoils)
                    .ToArray()))
            .Where(pair => pair.Foils.Length > 0)
            .ToDictionary(pair => pair.Word, pair => pair.Foils);
    }
}
