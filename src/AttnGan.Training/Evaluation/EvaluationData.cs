using System.Security.Cryptography;
using System.Text;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Evaluation;

/// <summary>The images of a split with the captions that are asked for.</summary>
internal sealed class EvaluationData
{
    // Figures of more categories are a table that nobody reads.
    private const int MaxClassCategories = 50;

    private readonly IReadOnlyList<CaptionedImage> _images;
    private readonly DataConfig _config;
    private readonly RgbColor _background;
    private readonly string _root;
    private readonly string _split;
    private readonly bool _classesAreCategories;

    private EvaluationData(CaptionedImageDataset dataset, string split, DataConfig config)
    {
        _root = dataset.Root;
        _split = split;
        _config = config;
        _background = RgbColor.Parse(config.Background);
        _images = dataset.Split(split);
        string?[] classes = [.. _images.Select(image => image.Class).Distinct()];
        _classesAreCategories = classes.Length is > 1 and < MaxClassCategories && !classes.Contains(null);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<CaptionedImage> Images => _images;

    /// <summary>Opens a dataset as the configuration of a training reads it: what was held out there is held out here.</summary>
    /// <exception cref="AttnGanException">It cannot be read, has no such split, or the split has no images.</exception>
    public static EvaluationData Open(string folder, string split, AttnGanConfig config)
    {
        var data = new EvaluationData(CaptionedImageDataset.Open(folder, config.Data), split, config.Data);
        return data._images.Count > 0 ? data : throw new AttnGanException(
            $"The split `{split}` of `{folder}` has no images. Give another one with `--split`: train, validation or a list at the root.");
    }

    /// <summary>What a report says of it; reads every file.</summary>
    public EvaluatedData Describe(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (CaptionedImage image in _images)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(Encoding.UTF8.GetBytes(
                $"{image.Name}\0{image.Class}\0{image.Category}\0{image.Crop}\0{string.Join('\0', image.Captions)}\0\0"));
            hash.AppendData(RgbImage.ReadFile(image.Path, image.Name));
        }

        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(_root));
        return new EvaluatedData(name, _split, _images.Count, Convert.ToHexStringLower(hash.GetHashAndReset()), _config.CropScale);
    }

    /// <summary>What the pixels of an image depend on beside its file.</summary>
    public string Preparation(int size) => $"{size} pixels, shorter side times {_config.CropScale:R}, middle, on {_config.Background}";

    /// <summary>An image as validation sees it: the middle of it, at a size.</summary>
    /// <exception cref="AttnGanException">It cannot be read; the message names it.</exception>
    public RgbImage Load(CaptionedImage image, int size)
    {
        RgbImage scaled = BatchLoader.Scale(image, _background, BatchLoaderOptions.ScaledSideFor(size, _config.CropScale));
        return scaled.Crop((scaled.Width - size) / 2, (scaled.Height - size) / 2, size, size);
    }

    /// <summary>
    /// Images in an order that the seed decides, all with their first caption, then all with their second, and so on. Captions that a
    /// judge or the model cannot read are passed over.
    /// </summary>
    /// <param name="seed">Seed of the evaluation.</param>
    /// <param name="isReadable">Whether all that have to can read a caption.</param>
    /// <returns>One pair for each readable caption.</returns>
    public IReadOnlyList<EvaluationPair> Pairs(long seed, Func<string, bool> isReadable)
    {
        CaptionedImage[] shuffled = [.. _images];
        new CounterRandom(seed, RandomStream.Images).Shuffle(shuffled.AsSpan());
        string[][] captions = [.. shuffled.Select(image => image.Captions.Where(isReadable).ToArray())];
        return
        [
            .. from round in Enumerable.Range(0, captions.Max(some => some.Length))
               from image in Enumerable.Range(0, shuffled.Length)
               where round < captions[image].Length
               select new EvaluationPair(shuffled[image], captions[image][round], CandidatePool.ClassOf(shuffled[image]), CategoryOf(shuffled[image])),
        ];
    }

    /// <summary>Gives every image a caption that no image of its class is described with.</summary>
    /// <exception cref="AttnGanException">There is none for some image.</exception>
    public static IReadOnlyList<EvaluationPair> Mismatch(IReadOnlyList<EvaluationPair> pairs, CandidatePool pool, long seed) =>
    [
        .. pairs.Select((pair, i) =>
        {
            if (pool.CountForeign(pair.Class) == 0)
            {
                throw new AttnGanException(
                    $"No caption is wrong for `{pair.Image.Name}`: all are of its class. Wrong captions need a split of two classes at least.");
            }

            // Numbers below zero: other draws than those of the candidates.
            int wrong = pool.Draw(pair.Class, 1, seed, -1 - i)[0];
            return pair with { Caption = pool.Captions[wrong], Class = pool.ClassOf(wrong) };
        }),
    ];

    private string? CategoryOf(CaptionedImage image) => image.Category ?? (_classesAreCategories ? image.Class : null);
}

/// <param name="Image">The dataset's image.</param>
/// <param name="Caption">What is asked for.</param>
/// <param name="Class">The caption's class: that of an image which it describes.</param>
/// <param name="Category">The image's category; null where there is none.</param>
internal sealed record EvaluationPair(CaptionedImage Image, string Caption, string Class, string? Category);
