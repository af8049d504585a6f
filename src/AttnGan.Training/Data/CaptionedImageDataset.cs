using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Data;

/// <summary>
/// A folder of captioned images, checked as a whole when it is opened: whatever would be skipped later is an error now. Of the
/// images the head of each file is read: format and size. They are decoded only when they are drawn; <see cref="DatasetInspector"/>
/// decodes them all.
/// </summary>
/// <remarks>
/// <para>
/// Format: a <c>metadata.jsonl</c> at the root (one JSON object a line: <c>file_name</c>, <c>text</c> and/or <c>captions</c>,
/// optional <c>class</c> and <c>group</c>; other fields are left alone); or Caltech-UCSD Birds or COCO in the layout of the published code, or COCO's
/// own JSON (see <see cref="DatasetFormat"/>); or else images anywhere below the root, each with a <c>.txt</c> file of the same
/// name beside it, one caption a line. Hidden files and folders are not looked at.
/// </para>
/// <para>
/// Splits: lists at the root, an image's name a line. With <c>train.txt</c> training is exactly that list. With only
/// <c>validation.txt</c> training is the rest. Without either, a fraction chosen by <see cref="DataConfig.SplitSeed"/> is held out,
/// whole classes at a time. Images in <c>test.txt</c> are held out wherever training is "the rest". These three names are lists in the sidecar
/// format too, never captions. In the published layouts their own split holds instead: what is for testing there is held out.
/// </para>
/// </remarks>
public sealed class CaptionedImageDataset
{
    private readonly DatasetContents _contents;

    private CaptionedImageDataset(DatasetContents contents) => _contents = contents;

    /// <summary>Absolute path of the folder.</summary>
    public string Root => _contents.Root;

    /// <summary>How the folder ties captions to images.</summary>
    public DatasetFormat Format => _contents.Format;

    /// <summary>Images to learn from, by name in ordinal order; at least one.</summary>
    public IReadOnlyList<CaptionedImage> Train => _contents.Train;

    /// <summary>Images held out, by name in ordinal order; may be empty.</summary>
    public IReadOnlyList<CaptionedImage> Validation => _contents.Validation;

    /// <summary>What was passed over or put right on reading.</summary>
    internal IReadOnlyList<DatasetProblem> Warnings =>
        [.. _contents.Problems.Where(problem => problem.Severity == ProblemSeverity.Warning)];

    /// <summary>Opens a dataset.</summary>
    /// <param name="directory">Its folder.</param>
    /// <param name="config">Decides what is held out where the folder has no lists.</param>
    /// <exception cref="DatasetException">Anything is wrong with it; all problems at once.</exception>
    public static CaptionedImageDataset Open(string directory, DataConfig config)
    {
        DatasetContents contents = DatasetReader.Read(directory, config);
        DatasetProblem[] errors =
        [
            .. contents.Problems.Where(problem => problem.Severity == ProblemSeverity.Error),
            .. CheckHeads(contents.Images.Values.OrderBy(image => image.Name, StringComparer.Ordinal)),
        ];
        return errors.Length == 0 ? new CaptionedImageDataset(contents) : throw new DatasetException(directory, errors);
    }

    /// <summary>In parallel because it waits for the disk, and most of all for one on the network.</summary>
    private static ParallelQuery<DatasetProblem> CheckHeads(IEnumerable<CaptionedImage> images) =>
        images.AsParallel().AsOrdered().Select(image => image.CheckHead()).OfType<DatasetProblem>();

    /// <summary>All usable images by name, also those of no split.</summary>
    internal IReadOnlyDictionary<string, CaptionedImage> Images => _contents.Images;

    /// <summary>
    /// The words of the training captions, cut and counted as configured; or those of the folder's <c>captions.pickle</c> with
    /// <see cref="VocabularySource.Official"/>.
    /// </summary>
    /// <exception cref="AttnGanException">The <c>captions.pickle</c> that the configuration asks for is missing or unusable.</exception>
    public Vocabulary BuildVocabulary(DataConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var tokenizer = new CaptionTokenizer(config.Tokenizer);
        return BuildVocabulary(Root, Train.SelectMany(image => image.Captions).Select(tokenizer.Tokenize), config);
    }

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
    /// The images of a split, by name in ordinal order: <c>train</c>, <c>validation</c>, or what the list <c>NAME.txt</c> at
    /// the root names.
    /// </summary>
    /// <exception cref="DatasetException">There is no such list, or it names something that is no image of the dataset.</exception>
    public IReadOnlyList<CaptionedImage> Split(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name is "train")
        {
            return Train;
        }

        if (name is "validation" || (name is "test" && Format is DatasetFormat.Cub or DatasetFormat.Coco or DatasetFormat.CocoJson))
        {
            return Validation;
        }

        var problems = new List<DatasetProblem>();
        IReadOnlyList<CaptionedImage> images = [];
        if (name.AsSpan().IndexOfAny('/', '\\') >= 0 || !File.Exists(Path.Combine(Root, $"{name}.txt")))
        {
            problems.Add(new DatasetProblem(
                $"{name}.txt", ProblemSeverity.Error, "there is no such list at the root; splits are train, validation and NAME.txt."));
        }
        else
        {
            images = DatasetReader.ReadList(Root, name, _contents.Images, problems);
        }

        return problems.Count == 0 ? images : throw new DatasetException(Root, problems);
    }
}
