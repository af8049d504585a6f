using System.Text.Json;
using AttnGan.Text;
using AttnGan.Training.Checkpoints.Pickle;

namespace AttnGan.Training.Checkpoints;

/// <summary>The words of <c>captions.pickle</c>: [train captions, test captions, index to word, word to index].</summary>
internal static class OfficialVocabulary
{
    /// <summary>Reads <c>captions.pickle</c>, or a JSON list of words if the name ends in <c>.json</c>.</summary>
    /// <exception cref="AttnGanException">Neither, or its two directories contradict each other.</exception>
    public static Vocabulary Read(string path) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReadJson(path) : ReadPickle(path);

    private static Vocabulary ReadJson(string path)
    {
        try
        {
            return new Vocabulary(JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(path)) ?? []);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The words `{path}` cannot be read as a JSON list of words: {exception.Message}", exception);
        }
    }

    private static Vocabulary ReadPickle(string path)
    {
        if (PickleReader.ReadFile(path) is not List<object?> { Count: 4 } parts || parts[2] is not PickleDictionary words ||
            parts[3] is not PickleDictionary numbers)
        {
            throw new CheckpointException(
                $"`{path}` is not the official captions.pickle: expected a list of train captions, test captions, words by number and " +
                "numbers by word");
        }

        string[] ordered = new string[words.Count];
        for (int i = 0; i < ordered.Length; i++)
        {
            ordered[i] = words.TryGetValue((long)i, out object? word) && word is string text
                ? text
                : throw new CheckpointException($"`{path}` has {words.Count} words, but none of number {i}");
            if (numbers.Count != words.Count || !numbers.TryGetValue(text, out object? number) || number is not long back || back != i)
            {
                throw new CheckpointException($"`{path}` contradicts itself: word {i} is `{text}`, but its list of numbers says otherwise");
            }
        }

        return new Vocabulary(ordered);
    }
}
