using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Export.Words;

/// <summary>How special the synsets of WordNet's nouns are, and what is above them.</summary>
/// <remarks>
/// The information content of a synset is 1 - log(1 + hyponyms) / log(nouns) (Seco, Veale, Hayes 2004): 1 for a word without more special
/// ones, near 0 for "thing". The similarity of two synsets is Lin's: twice the content of the most special common hypernym, divided by
/// the sum of theirs.
/// </remarks>
internal sealed class Taxonomy
{
    private readonly WordNetDatabase _database;
    private readonly double[] _content;

    public Taxonomy(WordNetDatabase database)
    {
        _database = database;
        int[] below = new int[database.Synsets.Count];
        Array.Fill(below, -1);
        double all = Math.Log(1 + database.Synsets.Count(synset => synset.Class == WordClass.Noun));
        _content = [.. Enumerable.Range(0, below.Length).Select(i => 1 - (Math.Log(1 + CountBelow(i, below)) / all))];
    }

    /// <summary>Returns the information content of a synset.</summary>
    public double ContentOf(int synset) => _content[synset];

    /// <summary>Returns a synset and all more general ones, each with its distance, the nearest first.</summary>
    public List<(int Synset, int Distance)> Ancestors(int synset)
    {
        List<(int Synset, int Distance)> found = [(synset, 0)];
        var seen = new HashSet<int> { synset };
        for (int i = 0; i < found.Count; i++)
        {
            foreach (int above in _database.Synsets[found[i].Synset].Hypernyms.Where(seen.Add))
            {
                found.Add((above, found[i].Distance + 1));
            }
        }

        return found;
    }

    /// <summary>Returns true for colors.</summary>
    public bool IsColor(int synset) =>
        _database.Synsets[synset].Field == Fields.Color
        && Ancestors(synset).Any(above => _database.Synsets[above.Synset].Words.Contains("color", StringComparer.Ordinal));

    /// <summary>Returns Lin's similarity of two synsets below a common one.</summary>
    public double Similarity(int first, int second, int common) =>
        2 * _content[common] / Math.Max(_content[first] + _content[second], 1e-6);

    private int CountBelow(int synset, int[] below)
    {
        if (below[synset] < 0)
        {
            // Set first: a damaged file may have a cycle.
            below[synset] = 0;
            below[synset] = _database.Synsets[synset].Hyponyms.Sum(hyponym => 1 + CountBelow(hyponym, below));
        }

        return below[synset];
    }
}
