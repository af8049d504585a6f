using System.Globalization;
using AttnGan.Text;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Data.Readers;

/// <summary>The vocabulary in the official code's <c>captions.pickle</c>, with the word IDs that published text encoders expect.</summary>
internal static class OfficialVocabulary
{
    /// <summary>Reads the words. The captions in the file are ignored: those of the text files are used.</summary>
    /// <param name="path">A pickle of [training captions, test captions, ID to word, word to ID], any protocol.</param>
    /// <exception cref="AttnGanException">The file cannot be read, or has other content.</exception>
    public static Vocabulary Read(string path) => Read(path, out _);

    /// <summary>Same as <see cref="Read(string)"/>, and counts how often each word occurs in the captions of the file.</summary>
    public static Vocabulary Read(string path, out long[] counts)
    {
        ArgumentNullException.ThrowIfNull(path);
        IReadOnlyList<object?>? parts = PickleReader.ReadFile(path) switch
        {
            List<object?> list => list,
            PickleTuple tuple => tuple,
            _ => null,
        };
        if (parts is not { Count: >= 4 } || parts[2] is not PickleDictionary words)
        {
            throw new AttnGanException(
                $"`{path}` is not a captions.pickle of the official code: expected a list of training captions, test captions, words " +
                "by ID and IDs by word.");
        }

        string?[] ordered = new string?[words.Count];
        foreach ((object? key, object? value) in words)
        {
            if (key is not long id || id < 0 || id >= ordered.Length || value is not string word)
            {
                throw new AttnGanException(
                    $"`{path}`: its {words.Count} words must have the IDs 0 to {words.Count - 1}, but one has " +
                    $"{Convert.ToString(key, CultureInfo.InvariantCulture) ?? "none"}.");
            }

            ordered[id] = word;
        }

        counts = new long[ordered.Length];
        Count(parts[0], counts);
        Count(parts[1], counts);

        // Keys are distinct and in range, and there are as many as places: no place is empty.
        return new Vocabulary(ordered!);
    }

    private static void Count(object? captions, long[] counts)
    {
        foreach (object? caption in captions as IReadOnlyList<object?> ?? [])
        {
            foreach (long id in (caption as IReadOnlyList<object?> ?? []).OfType<long>().Where(id => id >= 0 && id < counts.Length))
            {
                counts[id]++;
            }
        }
    }
}
