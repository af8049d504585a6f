using System.Globalization;
using System.Numerics.Tensors;
using System.Text;

namespace AttnGan.Training.Formats;

/// <summary>
/// Word vectors in the text format of GloVe: one word per line, followed by its numbers. The header line of word2vec's text format
/// (number of words, width) is skipped.
/// </summary>
internal sealed class WordVectors
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly List<float[]> _vectors = [];

    private WordVectors()
    {
    }

    /// <summary>The numbers per word.</summary>
    public int Width { get; private set; }

    /// <summary>The words in the order of the file, which is that of their frequency in usual files.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isWanted">Returns true for the words whose vectors are kept; null for all.</param>
    /// <exception cref="AttnGanException">The file cannot be read, or a line has no word, other numbers than expected, or none.</exception>
    public static WordVectors Read(string path, Func<string, bool>? isWanted = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var vectors = new WordVectors();
        int number = 0;
        try
        {
            foreach (string line in TextLines.Read(path, Encoding.UTF8))
            {
                number++;
                if (line.Length > 0 && !(number == 1 && IsHeader(line)))
                {
                    vectors.Add(line.AsSpan().TrimEnd(), isWanted);
                }
            }
        }
        catch (FormatException error)
        {
            throw new AttnGanException(
                $"`{path}`, line {number}: {error.Message}; expected word vectors in GloVe's text format: a word and its numbers in each " +
                "line, separated by spaces.",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new AttnGanException($"The word vectors `{path}` cannot be read: {error.Message}", error);
        }

        return vectors.Width > 0 ? vectors : throw new AttnGanException(
            $"`{path}` has no word vectors; expected GloVe's text format: a word and its numbers in each line, separated by spaces.");
    }

    /// <summary>Returns the vector of a word, or an empty span.</summary>
    public ReadOnlySpan<float> Of(string word) => _indices.TryGetValue(word, out int index) ? _vectors[index] : [];

    /// <summary>Returns the cosine of two words' vectors; 0 if a word has none.</summary>
    public float Similarity(string first, string second)
    {
        ReadOnlySpan<float> a = Of(first), b = Of(second);
        float similarity = a.IsEmpty || b.IsEmpty ? 0 : TensorPrimitives.CosineSimilarity(a, b);
        return float.IsFinite(similarity) ? similarity : 0;
    }

    private static bool IsHeader(string line)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 2 && fields.All(field => field.All(char.IsAsciiDigit));
    }

    private void Add(ReadOnlySpan<char> line, Func<string, bool>? isWanted)
    {
        int space = line.IndexOf(' ');
        if (space <= 0)
        {
            throw new FormatException("the line has no word, or no numbers");
        }

        int width = line.Count(' ');
        if (Width == 0)
        {
            Width = width;
        }
        else if (width != Width)
        {
            // Some files have words with spaces. They are in no caption.
            if (width > Width)
            {
                return;
            }

            throw new FormatException($"the line has {width} numbers, and lines before it {Width}");
        }

        string word = line[..space].ToString();
        if (isWanted?.Invoke(word) == false || !_indices.TryAdd(word, _words.Count))
        {
            return;
        }

        float[] vector = new float[Width];
        ReadOnlySpan<char> rest = line[(space + 1)..];
        for (int i = 0; i < vector.Length; i++)
        {
            int end = rest.IndexOf(' ');
            ReadOnlySpan<char> field = end < 0 ? rest : rest[..end];
            if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out vector[i]) || !float.IsFinite(vector[i]))
            {
                throw new FormatException($"'{field}' is not a number");
            }

            rest = rest[(end + 1)..];
        }

        _words.Add(word);
        _vectors.Add(vector);
    }
}
