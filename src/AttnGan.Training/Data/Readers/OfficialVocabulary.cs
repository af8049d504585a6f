using System.Globalization;
using AttnGan.Text;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// The words of the published code's <c>captions.pickle</c>, with the numbers that published text encoders know them by.
/// </summary>
internal static class OfficialVocabulary
{
    /// <summary>Reads the words. Captions in the file are left alone: those of the text files are used.</summary>
    /// <param name="path">A pickle of [training captions, test captions, number to word, word to number], any protocol.</param>
    /// <exception cref="AttnGanException">The file cannot be read, or is something else.</exception>
    public static Vocabulary Read(string path)
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
                $"`{path}` is no captions.pickle of the published code: expected a list of training captions, test captions, words by " +
                "number and numbers by word.");
        }

        string?[] ordered = new string?[words.Count];
        foreach ((object? key, object? value) in words)
        {
            if (key is not long id || id < 0 || id >= ordered.Length || value is not string word)
            {
                throw new AttnGanException(
                    $"`{path}`: its {words.Count} words must have the numbers 0 to {words.Count - 1}, but one has " +
                    $"{Convert.ToString(key, CultureInfo.InvariantCulture) ?? "none"}.");
            }

            ordered[id] = word;
        }

        // As many different numbers as places, all within them: no place is empty.
        return new Vocabulary(ordered!);
    }
}
