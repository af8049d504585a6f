using System.Security.Cryptography;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Data;

/// <summary>Inspects a dataset before training: decodes every image and reads every caption.</summary>
public static class DatasetInspector
{
    /// <summary>Inspects a dataset. Its problems are in the report; they never cause an exception.</summary>
    /// <param name="directory">Its folder.</param>
    /// <param name="config">The configuration to train with: split, vocabulary, threads.</param>
    /// <param name="progress">Reports after each image.</param>
    /// <param name="largestSize">
    /// Side in pixels of the largest training images, to find images that cannot be scaled to it; null: not checked.
    /// </param>
    /// <param name="batchSizes">Batch sizes by their settings, to find batches without negatives; null: not checked.</param>
    /// <param name="cancellation">Ends the inspection with an <see cref="OperationCanceledException"/>.</param>
    public static DatasetReport Inspect(
        string directory,
        DataConfig config,
        IProgress<InspectionProgress>? progress = null,
        int? largestSize = null,
        IReadOnlyDictionary<string, int>? batchSizes = null,
        CancellationToken cancellation = default)
    {
        DatasetContents contents = DatasetReader.Read(directory, config);
        var problems = new List<DatasetProblem>(contents.Problems);
        var trainNames = contents.Train.Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
        var validationNames = contents.Validation.Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
        CaptionedImage[] images = [.. contents.Images.Values.OrderBy(image => image.Name, StringComparer.Ordinal)];
        HashSet<string> testNames = [.. (contents.Test ?? []).Select(image => image.Name)];
        CaptionedImage[] others =
        [
            .. images.Where(image =>
                !trainNames.Contains(image.Name) && !validationNames.Contains(image.Name) && !testNames.Contains(image.Name)),
        ];

        (string Name, ImageFacts Facts)[] inspected = InspectImages(images, config, largestSize, progress, cancellation);
        DatasetProblem[] unreadable = [.. inspected.Select(pair => pair.Facts.Problem).OfType<DatasetProblem>()];
        if (config.SkipDamaged)
        {
            contents = contents.Without(unreadable);
            problems = [.. contents.Problems];
        }
        else
        {
            problems.AddRange(unreadable);
        }


        List<IReadOnlyList<string>> duplicates = FindDuplicates(inspected);
        foreach (IReadOnlyList<string> group in duplicates
            .Where(names => names.Any(trainNames.Contains) && names.Any(validationNames.Contains)))
        {
            problems.Add(new DatasetProblem(
                group.First(validationNames.Contains),
                ProblemSeverity.Warning,
                $"is held out for validation, but its content equals the training image {group.First(trainNames.Contains)}."));
        }

        var tokenizer = new CaptionTokenizer(config.Tokenizer);
        var trainWords = contents.Train.SelectMany(image => image.Captions).Select(tokenizer.Tokenize).ToList();
        Vocabulary vocabulary = BuildVocabulary(contents.Root, trainWords, config, problems);
        var encoder = new CaptionEncoder(tokenizer, vocabulary, config.MaxWords);
        problems.AddRange(TrainingUse.Check(
            contents.Train, contents.Validation, encoder, config, CaptionedImageDataset.VocabularyOrigin(config)));
        problems.AddRange((batchSizes ?? new Dictionary<string, int>())
            .Select(entry => TrainingUse.CheckNegatives(contents.Train, entry.Key, entry.Value))
            .OfType<DatasetProblem>());

        int[] lengths = [.. images.SelectMany(image => image.Captions).Select(caption => tokenizer.Tokenize(caption).Count)];
        var validationWords = contents.Validation.SelectMany(image => image.Captions).SelectMany(tokenizer.Tokenize).ToList();
        var decoded = inspected.Select(pair => pair.Facts).Where(facts => facts.Problem is null).ToList();
        return new DatasetReport
        {
            Directory = contents.Root,
            Format = contents.Format,
            Splits =
            [
                Summarize("train", contents.Train),
                Summarize("validation", contents.Validation),
                .. contents.Test is { } test ? [Summarize("test", test)] : Array.Empty<SplitSummary>(),
                .. others.Length > 0 ? [Summarize("other", others)] : Array.Empty<SplitSummary>(),
            ],
            Classes = images.Select(image => image.Class).OfType<string>().Distinct(StringComparer.Ordinal).Count(),
            Formats = decoded.CountBy(facts => facts.Format).ToDictionary(),
            Widths = Distribution.Of(decoded.Select(facts => facts.Width)),
            Heights = Distribution.Of(decoded.Select(facts => facts.Height)),
            CaptionLengths = Distribution.Of(lengths),
            TruncatedShare = Share(lengths.Count(length => length > config.MaxWords), lengths.Length),
            VocabularySize = vocabulary.Count,
            WordsSeenOnce = Vocabulary.CountCaptions(trainWords).Values.Count(count => count == 1),
            UnknownValidationWordShare = Share(validationWords.Count(word => !vocabulary.TryGetId(word, out _)), validationWords.Count),
            Duplicates = duplicates,
            UnreadableImages = [.. inspected.Where(pair => pair.Facts.Problem is not null).Select(pair => pair.Name)],
            Problems =
            [
                .. problems.OrderByDescending(problem => problem.Severity),
            ],
        };
    }

    private static Vocabulary BuildVocabulary(
        string root, List<IReadOnlyList<string>> trainWords, DataConfig config, List<DatasetProblem> problems)
    {
        try
        {
            return CaptionedImageDataset.BuildVocabulary(root, trainWords, config);
        }
        catch (AttnGanException error)
        {
            problems.Add(new DatasetProblem(OfficialFiles.Captions, ProblemSeverity.Error, error.Message));
            return Vocabulary.Build(trainWords, config.MinWordCount);
        }
    }

    private static (string Name, ImageFacts Facts)[] InspectImages(
        CaptionedImage[] images,
        DataConfig config,
        int? largestSize,
        IProgress<InspectionProgress>? progress,
        CancellationToken cancellation)
    {
        var background = RgbColor.Parse(config.Background);
        var inspected = new (string, ImageFacts)[images.Length];
        int? side = largestSize is { } size ? BatchLoaderOptions.ScaledSideFor(size, config.CropScale) : null;
        var gate = new MemoryGate();
        int done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, config.Workers), CancellationToken = cancellation };
        int[] order = [.. Enumerable.Range(0, images.Length).OrderBy(i => images[i].Source.Order)];
        Parallel.For(0, images.Length, options, position =>
        {
            int i = order[position];
            inspected[i] = (images[i].Name, InspectImage(images[i], background, side, gate));
            progress?.Report(new InspectionProgress(Interlocked.Increment(ref done), images.Length));
        });
        return inspected;
    }

    private static ImageFacts InspectImage(CaptionedImage image, RgbColor background, int? side, MemoryGate gate)
    {
        var facts = new ImageFacts();
        try
        {
            ImageHeader header = image.ReadHeader();
            using MemoryGate.Room room = gate.Enter(MemoryGate.BytesFor(header, image.Source.Length(image.Name)));
            byte[] bytes = image.Source.Read(image.Name);
            facts = facts with { Hash = Convert.ToHexString(SHA256.HashData(bytes)) };
            RgbImage decoded = image.Decode(bytes, background);
            if (side is { } shorter)
            {
                // Throws the exception that training would.
                ShorterSide.Scale(decoded.Width, decoded.Height, shorter, image.Name);
            }

            return facts with { Format = header.Format, Width = decoded.Width, Height = decoded.Height };
        }
        catch (AttnGanException error)
        {
            return facts with { Problem = DatasetProblem.Of(image.Name, error) };
        }
        catch (IOException error)
        {
            // The file was deleted after it had been found.
            return facts with { Problem = new DatasetProblem(image.Name, ProblemSeverity.Error, error.Message) };
        }
    }

    private static List<IReadOnlyList<string>> FindDuplicates((string Name, ImageFacts Facts)[] images) =>
    [
        .. images.Where(pair => pair.Facts.Hash is not null)
            .GroupBy(pair => pair.Facts.Hash!, pair => pair.Name, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => (IReadOnlyList<string>)[.. group]),
    ];

    private static SplitSummary Summarize(string name, IReadOnlyCollection<CaptionedImage> images) =>
        new(name, images.Count, images.Sum(image => image.Captions.Count));

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    /// <summary>Properties of an image's file; format and size are not set if there is a problem.</summary>
    private sealed record ImageFacts
    {
        public string? Hash { get; init; }

        public DatasetProblem? Problem { get; init; }

        public ImageFormat Format { get; init; }

        public int Width { get; init; }

        public int Height { get; init; }
    }
}
