using System.Security.Cryptography;
using System.Text;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>The images of a split with their captions.</summary>
internal sealed class EvaluationData
{
    // A table of more categories is too long to read.
    private const int MaxClassCategories = 50;

    private readonly string _root;
    private readonly DataConfig _config;
    private readonly RgbColor _background;
    private readonly bool _classesAreCategories;

    private EvaluationData(CaptionedImageDataset dataset, string split, DataConfig config)
    {
        _root = dataset.Root;
        _config = config;
        _background = RgbColor.Parse(config.Background);
        Split = split;
        Images = dataset.Split(split);
        string?[] classes = [.. Images.Select(image => image.Class).Distinct()];
        _classesAreCategories = classes.Length is > 1 and < MaxClassCategories && !classes.Contains(null);
    }

    /// <summary>The name of the dataset's folder.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(_root));

    /// <summary>The name of the split.</summary>
    public string Split { get; }

    /// <summary>The images of the split, sorted by name.</summary>
    public IReadOnlyList<CaptionedImage> Images { get; }

    /// <summary>The shorter side of real images before the center crop, as a multiple of the image size.</summary>
    public double CropScale => _config.CropScale;

    /// <summary>Opens a dataset with the data settings of a training, so that both hold out the same images.</summary>
    /// <exception cref="AttnGanException">Thrown when it cannot be read, has no such split, or the split has no images.</exception>
    public static EvaluationData Open(string folder, string split, AttnGanConfig config)
    {
        var data = new EvaluationData(CaptionedImageDataset.Open(folder, config.Data), split, config.Data);
        return data.Images.Count > 0 ? data : throw new AttnGanException(
            $"The split `{split}` of `{folder}` has no images. Give another one with `--split`: train, validation, or the name of a list " +
            "in the dataset's root folder.");
    }

    /// <summary>Returns the SHA-256 of the names, captions, classes and files of all images. Reads every file.</summary>
    public string ComputeChecksum(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (CaptionedImage image in Images)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(Encoding.UTF8.GetBytes(
                $"{image.Name}\0{image.Class}\0{image.Category}\0{image.Crop}\0{string.Join('\0', image.Captions)}\0\0"));
            if (image.Thing is not null || image.Style is not null)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{image.Thing}\0{image.Style}\0\0"));
            }

            hash.AppendData(image.Source.Read(image.Name));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Describes the preprocessing: everything besides its file that the pixels of an image depend on.</summary>
    public string DescribePreprocessing(int size) =>
        $"{size} pixels, shorter side times {_config.CropScale:R}, middle, on {_config.Background}";

    /// <summary>Loads an image with the preprocessing of validation: scaled, then center-cropped to a size.</summary>
    /// <exception cref="AttnGanException">Thrown when it cannot be read; the message names it.</exception>
    public RgbImage Load(CaptionedImage image, int size) =>
        Load(image, _background, BatchLoaderOptions.ScaledSideFor(size, _config.CropScale), size);

    /// <summary>Loads an image, scales its shorter side and crops the center.</summary>
    /// <exception cref="AttnGanException">Thrown when it cannot be read; the message names it.</exception>
    internal static RgbImage Load(CaptionedImage image, RgbColor background, int scaledSide, int size)
    {
        RgbImage scaled = BatchLoader.Scale(image, background, scaledSide);
        return scaled.Crop((scaled.Width - size) / 2, (scaled.Height - size) / 2, size, size);
    }

    /// <summary>Returns true for each pixel of a loaded image where one of its masks is rather white; null without masks.</summary>
    /// <exception cref="AttnGanException">Thrown when a mask cannot be read; the message names it.</exception>
    public bool[]? LoadMask(CaptionedImage image, int size)
    {
        bool[]? union = null;
        foreach (string name in image.Masks)
        {
            RgbImage mask = Load(image with { Name = name, Path = Path.Combine(_root, name) }, size);
            union ??= new bool[size * size];
            for (int i = 0; i < union.Length; i++)
            {
                union[i] |= mask.Pixels[3 * i] > byte.MaxValue / 2;
            }
        }

        return union;
    }

    /// <summary>
    /// Returns one pair for each readable caption: the images in an order shuffled by the seed, all with their first caption, then all
    /// with their second, and so on.
    /// </summary>
    /// <param name="seed">Seed of the evaluation.</param>
    /// <param name="isReadable">Returns true if the model and the DAMSMs know a word of a caption.</param>
    public IReadOnlyList<EvaluationPair> Pairs(long seed, Func<string, bool> isReadable)
    {
        CaptionedImage[] shuffled = [.. Images];
        new CounterRandom(seed, RandomStream.Images).Shuffle(shuffled.AsSpan());
        string[][] captions = [.. shuffled.Select(image => image.Captions.Where(isReadable).ToArray())];
        return
        [
            .. from round in Enumerable.Range(0, captions.Max(some => some.Length))
               from image in Enumerable.Range(0, shuffled.Length)
               where round < captions[image].Length
               select CreatePair(shuffled[image], captions[image][round]),
        ];
    }

    /// <summary>Creates the pair of an image and one of its captions.</summary>
    public EvaluationPair CreatePair(CaptionedImage image, string caption) =>
        new(image, caption, CandidatePool.ClassOf(image), CategoryOf(image));

    /// <summary>Replaces the caption of every pair with one that describes no image of its class.</summary>
    /// <exception cref="AttnGanException">Thrown when an image has no such caption.</exception>
    public static IReadOnlyList<EvaluationPair> Mismatch(IReadOnlyList<EvaluationPair> pairs, CandidatePool pool, long seed) =>
    [
        .. pairs.Select((pair, i) =>
        {
            if (pool.CountNegatives(pair.Class) == 0)
            {
                throw new AttnGanException(
                    $"`{pair.Image.Name}` has no wrong caption: all captions of the split are of its class. Give a split with at least 2 " +
                    "classes.");
            }

            // Negative numbers keep these samples independent of those for R-precision, which count from 0.
            int wrong = pool.Sample(pair.Class, 1, seed, -1 - i)[0];
            return pair with { Caption = pool.Captions[wrong], Class = pool.ClassOf(wrong) };
        }),
    ];

    private string? CategoryOf(CaptionedImage image) => image.Category ?? (_classesAreCategories ? image.Class : null);
}
