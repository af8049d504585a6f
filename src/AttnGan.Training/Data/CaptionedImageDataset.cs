using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Data;

/// <summary>
/// A folder of captioned images. Opening it checks all of it: anything that would have to be skipped later is an error now. Only the
/// header of each image is read (format and size); images are decoded when they are loaded. <see cref="DatasetInspector"/> decodes
/// them all.
/// </summary>
/// <remarks>
/// <para>
/// Format: recognized by the files of the folder; <c>docs/data.md</c> lists all formats. Hidden files and folders are ignored.
/// </para>
/// <para>
/// Splits: in formats without a split of their own, lists at the root, one image name per line. With <c>train.txt</c> the training split
/// is exactly that list, and without <c>validation.txt</c> the images of <c>test.txt</c> are held out. With only <c>validation.txt</c>
/// training is the rest. With neither, a fraction chosen by <see cref="DataConfig.SplitSeed"/> is held out, whole classes at a time.
/// Images in <c>test.txt</c> are held out wherever training is "the rest". These three names are lists beside text files too, never
/// captions. Of formats with their own split, test images are the validation split if there is no other.
/// </para>
/// </remarks>
public sealed class CaptionedImageDataset
{
    private readonly DatasetContents _contents;

    private CaptionedImageDataset(DatasetContents contents) => _contents = contents;

    /// <summary>Absolute path of the folder.</summary>
    public string Root => _contents.Root;

    /// <summary>The layout of the folder.</summary>
    public DatasetFormat Format => _contents.Format;

    /// <summary>Training images, by name in ordinal order; at least one.</summary>
    public IReadOnlyList<CaptionedImage> Train => _contents.Train;

    /// <summary>Held-out images, by name in ordinal order; may be empty.</summary>
    public IReadOnlyList<CaptionedImage> Validation => _contents.Validation;

    /// <summary>True if the format defines the split, not lists at the root or a share of the images.</summary>
    internal bool HasOwnSplit => _contents.HasOwnSplit;

    /// <summary>Images of a third split, by name in ordinal order; null if the format has none.</summary>
    internal IReadOnlyList<CaptionedImage>? Test => _contents.Test;

    /// <inheritdoc cref="DatasetContents.UnreadColumns"/>
    internal IReadOnlyCollection<string> UnreadColumns => _contents.UnreadColumns;

    /// <summary>Entries that were skipped or repaired on reading.</summary>
    internal IReadOnlyList<DatasetProblem> Warnings =>
        [.. _contents.Problems.Where(problem => problem.Severity == ProblemSeverity.Warning)];

    /// <summary>Opens a dataset.</summary>
    /// <param name="directory">Its folder.</param>
    /// <param name="config">Specifies the split where the folder does not.</param>
    /// <exception cref="DatasetException">The dataset has errors; all problems are reported together.</exception>
    public static CaptionedImageDataset Open(string directory, DataConfig config)
    {
        DatasetContents contents = DatasetReader.Read(directory, config);
        DatasetProblem[] unreadable =
        [
            .. CheckHeaders(contents.Images.Values.OrderBy(image => image.Source.Order))
                .OrderBy(problem => problem.File, StringComparer.Ordinal),
        ];
        if (config.SkipDamaged)
        {
            contents = contents.Without(unreadable);
            unreadable = [];
        }

        DatasetProblem[] errors = [.. contents.Problems.Where(problem => problem.Severity == ProblemSeverity.Error), .. unreadable];
        return errors.Length == 0 ? new CaptionedImageDataset(contents) : throw new DatasetException(directory, errors);
    }

    /// <summary>Runs in parallel because it is bound by disk latency, above all on network drives.</summary>
    private static ParallelQuery<DatasetProblem> CheckHeaders(IEnumerable<CaptionedImage> images) =>
        images.AsParallel().AsOrdered().Select(image => image.CheckHeader()).OfType<DatasetProblem>();

    /// <summary>All usable images by name, including those in no split.</summary>
    internal IReadOnlyDictionary<string, CaptionedImage> Images => _contents.Images;

    /// <summary>
    /// Returns the words of the training captions, tokenized and counted as configured; with <see cref="VocabularySource.Official"/>
    /// those of the folder's <c>captions.pickle</c>.
    /// </summary>
    /// <exception cref="AttnGanException">The <c>captions.pickle</c> that the configuration asks for is missing or unusable.</exception>
    public Vocabulary BuildVocabulary(DataConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var tokenizer = new CaptionTokenizer(config.Tokenizer);
        return BuildVocabulary(Root, Train.SelectMany(image => image.Captions).Select(tokenizer.Tokenize), config);
    }

    /// <summary>Returns the owner of the vocabulary; null if it is built from the training captions.</summary>
    internal static string? VocabularyOrigin(DataConfig config) =>
        config.Vocabulary == VocabularySource.Official ? OfficialFiles.Captions : null;

    internal static Vocabulary BuildVocabulary(string root, IEnumerable<IReadOnlyList<string>> trainWords, DataConfig config)
    {
        if (config.Vocabulary == VocabularySource.Captions)
        {
            return Vocabulary.Build(trainWords, config.MinWordCount);
        }

        string path = Path.Combine(root, OfficialFiles.Captions);
        return File.Exists(path) ? OfficialVocabulary.Read(path) : throw new AttnGanException(
            $"`data.vocabulary` is official, but the dataset `{root}` has no {OfficialFiles.Captions}. Put the published one there, or " +
            "set data.vocabulary to captions to take the words of the captions.");
    }

    /// <summary>
    /// Returns the images of a split, by name in ordinal order: <c>train</c>, <c>validation</c>, or those of the list
    /// <c>NAME.txt</c> at the root.
    /// </summary>
    /// <exception cref="DatasetException">The list does not exist, or it names a file that is not an image of the dataset.</exception>
    public IReadOnlyList<CaptionedImage> Split(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name is "train")
        {
            return Train;
        }

        if (name is "validation")
        {
            return Validation;
        }

        if (name is "test" && (_contents.HasOwnSplit || !Format.UsesSplitLists))
        {
            return _contents.Test ?? Validation;
        }

        var folder = new DatasetFolder(Root);
        IReadOnlyList<CaptionedImage> images = [];
        if (name.AsSpan().IndexOfAny('/', '\\') >= 0 || !SplitLists.Has(folder, name))
        {
            folder.Error($"{name}.txt", "the list does not exist at the root; splits are train, validation and NAME.txt.");
        }
        else
        {
            images = SplitLists.Read(folder, name, _contents.Images);
        }

        return folder.Problems.Count == 0 ? images : throw new DatasetException(Root, folder.Problems);
    }
}
