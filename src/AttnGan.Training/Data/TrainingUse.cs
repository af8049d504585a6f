using AttnGan.Text;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data;

/// <summary>
/// Counts what a training can really use of a dataset: known words, negatives, validation images. <see cref="DatasetInspector"/> and
/// trainings report the same problems, so that both always agree.
/// </summary>
internal sealed class TrainingUse
{
    // A message stays a line.
    private const int MaxWords = 8;
    private const string TrainingSplit = "(training split)", ValidationSplit = "(validation split)", VocabularyPlace = "(vocabulary)";

    private readonly IReadOnlyList<CaptionedImage> _train;
    private readonly IReadOnlyList<CaptionedImage> _validation;
    private readonly CaptionEncoder _encoder;
    private readonly DataConfig _config;
    private readonly string? _origin;
    private readonly List<DatasetProblem> _problems = [];

    private TrainingUse(
        IReadOnlyList<CaptionedImage> train,
        IReadOnlyList<CaptionedImage> validation,
        CaptionEncoder encoder,
        DataConfig config,
        string? origin)
    {
        _train = train;
        _validation = validation;
        _encoder = encoder;
        _config = config;
        _origin = origin;
    }

    /// <summary>Returns what training cannot use.</summary>
    /// <param name="train">The training images.</param>
    /// <param name="validation">The validation images.</param>
    /// <param name="encoder">The encoder with the vocabulary to train with.</param>
    /// <param name="config">The data settings.</param>
    /// <param name="origin">
    /// The owner of the vocabulary, such as "captions.pickle"; null if it was built from these training captions.
    /// </param>
    public static IReadOnlyList<DatasetProblem> Check(
        IReadOnlyList<CaptionedImage> train,
        IReadOnlyList<CaptionedImage> validation,
        CaptionEncoder encoder,
        DataConfig config,
        string? origin = null)
    {
        var use = new TrainingUse(train, validation, encoder, config, origin);
        if (train.Count > 0)
        {
            use.CheckTrainingCaptions();
            use.CheckVocabulary();
            use.CheckValidation();
        }

        return use._problems;
    }

    /// <summary>Returns a warning if batches of a size often contain no negatives; null otherwise.</summary>
    /// <param name="train">The training images.</param>
    /// <param name="key">The setting with the batch size.</param>
    /// <param name="batchSize">The batch size.</param>
    public static DatasetProblem? CheckNegatives(IReadOnlyList<CaptionedImage> train, string key, int batchSize)
    {
        const double Tolerated = 0.005;
        (string Class, int Count)[] classes =
        [
            .. train.Where(image => image.Class is not null)
                .CountBy(image => image.Class!, StringComparer.Ordinal)
                .Select(pair => (pair.Key, pair.Value))
                .OrderByDescending(pair => pair.Value),
        ];
        double share = classes.Sum(group => ShareOfBatches(group.Count, train.Count, batchSize));
        return share < Tolerated ? null : new DatasetProblem(
            TrainingSplit,
            ProblemSeverity.Warning,
            $"about {share:P0} of the batches contain only one class ('{classes[0].Class}' has {classes[0].Count} of {train.Count} " +
            $"images; `{key}` is {batchSize}): they have no negatives, and their DAMSM losses are 0. Use more classes, larger batches, " +
            "or remove the classes.");
    }

    /// <summary>Returns the images of which a caption has a known word, in order; others cannot be measured with.</summary>
    public static IReadOnlyList<CaptionedImage> Measurable(IReadOnlyList<CaptionedImage> images, CaptionEncoder encoder) =>
        images.All(image => image.FirstKnown(encoder) is not null)
            ? images
            : [.. images.Where(image => image.FirstKnown(encoder) is not null)];

    /// <summary>Returns true if the images have at least two classes; retrieval within one class is always right.</summary>
    public static bool HasNegatives(IReadOnlyList<CaptionedImage> images) =>
        images.Count > 1 && images.Any(image => image.Class is null || image.Class != images[0].Class);

    /// <summary>The probability that all images of a random batch belong to a class.</summary>
    private static double ShareOfBatches(int count, int total, int batchSize)
    {
        double share = count < batchSize ? 0 : 1;
        for (int i = 0; i < batchSize && share > 0; i++)
        {
            share *= (double)(count - i) / (total - i);
        }

        return share;
    }

    private void CheckTrainingCaptions()
    {
        foreach (CaptionedImage image in _train)
        {
            foreach (string caption in image.Captions.Where(caption => !IsKnown(caption)))
            {
                _problems.Add(new DatasetProblem(image.Name, ProblemSeverity.Error, Explain(caption)));
            }
        }

        if (_train.Count > 1 && _train.SelectMany(image => image.Captions).Distinct(StringComparer.Ordinal).Take(2).Count() == 1)
        {
            Warn(TrainingSplit, $"all images have the same caption, \"{_train[0].Captions[0]}\": nothing can be learned from it.");
        }
    }

    /// <summary>Returns why no word of a caption is known, with a remedy that fits the cause.</summary>
    private string Explain(string caption)
    {
        string mode = _config.Tokenizer.ToString().ToLowerInvariant();
        return _encoder.Tokenizer.Tokenize(caption).Count == 0
            ? caption.Any(char.IsLetterOrDigit)
                ? $"the tokenizer finds no word in caption \"{caption}\": set `data.tokenizer`, which is {mode}, to unicode or spaces."
                : $"caption \"{caption}\" has no words; reword it."
            : _origin is not null
                ? $"no word of caption \"{caption}\" is in the vocabulary, which is that of {_origin}; reword it, or train with a " +
                    "vocabulary of these captions."
            : _config.MinWordCount > 1
                ? $"all words of caption \"{caption}\" are too rare; reword it or lower data.min_word_count."
                : $"no word of caption \"{caption}\" is in the vocabulary; reword it.";
    }

    private void CheckVocabulary()
    {
        if (_origin is null)
        {
            return;
        }

        var unknown = new Dictionary<string, int>(StringComparer.Ordinal);
        var met = new HashSet<string>(StringComparer.Ordinal);
        long places = 0;
        foreach (string word in _train.SelectMany(image => image.Captions).SelectMany(_encoder.Tokenizer.Tokenize))
        {
            places++;
            if (_encoder.Vocabulary.TryGetId(word, out _))
            {
                met.Add(word);
            }
            else
            {
                unknown[word] = unknown.GetValueOrDefault(word) + 1;
            }
        }

        if (unknown.Count > 0)
        {
            long lost = unknown.Values.Sum(count => (long)count);
            string[] words = [.. unknown.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => pair.Key)];
            Warn(
                VocabularyPlace,
                $"{unknown.Count} of the {unknown.Count + met.Count} words of the training captions, {(double)lost / places:P0} of their " +
                $"text, are not in the vocabulary of {_origin} and are ignored: {List(words)}.");
        }

        int size = _encoder.Vocabulary.Count - 1;
        if (met.Count < size / 2)
        {
            Warn(
                VocabularyPlace,
                $"{size - met.Count} of the {size} words of the vocabulary of {_origin}, {(double)(size - met.Count) / size:P0}, occur " +
                "in no training caption.");
        }

        if (TokenizerFit.Of(_encoder.Vocabulary, _config.Tokenizer) is { Lost.Count: > 0 } fit)
        {
            Warn(VocabularyPlace, $"{fit.Describe(_origin)} {fit.Advice(_encoder.Vocabulary)}");
        }
    }

    private void CheckValidation()
    {
        int images = 0;
        string reason = _origin is null ? "occurs in training" : $"is in the vocabulary of {_origin}";
        foreach (CaptionedImage image in _validation)
        {
            string[] unknown = [.. image.Captions.Where(caption => !IsKnown(caption))];
            images += unknown.Length == image.Captions.Count ? 1 : 0;
            foreach (string caption in unknown)
            {
                Warn(image.Name, _encoder.Tokenizer.Tokenize(caption).Count == 0
                    ? $"the tokenizer finds no word in validation caption \"{caption}\"; it is skipped."
                    : $"no word of validation caption \"{caption}\" {reason}; it is skipped.");
            }
        }

        const string Remedy = "List other images in validation.txt";
        string orRemoveClasses = HasClasses ? ", or remove the classes, which are held out as a whole" : "";
        IReadOnlyList<CaptionedImage> measurable = Measurable(_validation, _encoder);
        if (images > 0)
        {
            Warn(
                ValidationSplit,
                $"{images} of {_validation.Count} images have no caption with a known word and are not measured" +
                (measurable.Count >= 2 ? "." : $": nothing can be measured in training. {Remedy}{orRemoveClasses}."));
        }
        else if (_validation.Count == 0 && _config.ValidationFraction > 0)
        {
            Warn(ValidationSplit, $"no image is held out, so nothing is measured in training. {Remedy}.");
        }
        else if (_validation.Count == 1 && _config.ValidationFraction > 0)
        {
            Warn(ValidationSplit, $"only one image is held out; measuring needs two. {Remedy}.");
        }

        if (measurable.Count >= 2 && !HasNegatives(measurable))
        {
            Warn(
                ValidationSplit,
                $"all {measurable.Count} images are of class '{measurable[0].Class}': any caption would count as correct, so retrieval " +
                $"is not measured. {Remedy}.");
        }
    }

    private bool HasClasses => _train.Any(image => image.Class is not null);

    private bool IsKnown(string caption) => _encoder.Encode(caption).Ids.Count > 0;

    private void Warn(string place, string message) => _problems.Add(new DatasetProblem(place, ProblemSeverity.Warning, message));

    private static string List(string[] words) => $"{string.Join(", ", words.Take(MaxWords))}{(words.Length > MaxWords ? ", …" : "")}";
}
