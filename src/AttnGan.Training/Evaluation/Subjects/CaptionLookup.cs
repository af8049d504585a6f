using AttnGan.Text;
using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>Finds the caption of a split that a text or the name of a file stands for.</summary>
internal sealed class CaptionLookup
{
    private static readonly CaptionTokenizer s_tokenizer = new(TokenizerMode.Unicode);

    private readonly Dictionary<string, EvaluationPair> _byCaption = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EvaluationPair> _byWords = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EvaluationPair> _byName = new(StringComparer.Ordinal);

    public CaptionLookup(EvaluationData data)
    {
        foreach (CaptionedImage image in data.Images)
        {
            EvaluationPair[] pairs = [.. image.Captions.Select(caption => data.CreatePair(image, caption))];
            foreach (EvaluationPair pair in pairs)
            {
                _byCaption.TryAdd(pair.Caption, pair);
                _byWords.TryAdd(WordsOf(pair.Caption), pair);
            }

            string stem = Stem(image.Name);
            _byName.TryAdd(stem, pairs[0]);
            _byName.TryAdd(stem[(stem.LastIndexOf('/') + 1)..], pairs[0]);
        }
    }

    /// <summary>Returns the pair of a caption, whatever its case and punctuation; null if the split has no such caption.</summary>
    public EvaluationPair? FindByCaption(string caption) =>
        _byCaption.GetValueOrDefault(caption) ?? _byWords.GetValueOrDefault(WordsOf(caption));

    /// <summary>
    /// Returns the pair that a file's name stands for: the first caption of the dataset's image of that name, or the caption with those
    /// words, without a number before or after them. Null if there is none.
    /// </summary>
    public EvaluationPair? FindByName(string name)
    {
        string stem = Stem(name);
        string file = stem[(stem.LastIndexOf('/') + 1)..];
        if ((_byName.GetValueOrDefault(stem) ?? _byName.GetValueOrDefault(file)) is { } named)
        {
            return named;
        }

        string[] words = [.. s_tokenizer.Tokenize(file.Replace('_', ' ').Replace('-', ' '))];
        int start = words is [var first, ..] && IsNumber(first) ? 1 : 0;
        int end = words is [.., var last] && IsNumber(last) ? words.Length - 1 : words.Length;
        Range[] ranges = [Range.All, Range.EndAt(end), Range.StartAt(start), new(start, Math.Max(start, end))];
        return ranges.Select(range => _byWords.GetValueOrDefault(string.Join(' ', words[range]))).FirstOrDefault(pair => pair is not null);
    }

    private static string WordsOf(string text) => string.Join(' ', s_tokenizer.Tokenize(text.Replace('-', ' ')));

    private static string Stem(string name) => name[..^Path.GetExtension(name).Length];

    private static bool IsNumber(string word) => word.All(char.IsAsciiDigit);
}
