using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AttnGan.Training.Data.Shapes;

/// <summary>
/// Makes a dataset of rendered shape scenes with captions, in the format of <c>metadata.jsonl</c>: images, a mask for each object, the
/// exact scene, and the lists <c>train.txt</c>, <c>validation.txt</c> and <c>composition.txt</c> (scenes with held-out combinations).
/// The same count, size and seed give the same bytes on every machine.
/// </summary>
internal static class ShapeDataset
{
    /// <summary>Smallest side of an image: below, textures cannot be told apart.</summary>
    public const int MinSize = 32;

    /// <summary>Largest side of an image.</summary>
    public const int MaxSize = 1024;

    // Of ten images, one is for validation and one shows a held-out combination.
    private const int Share = 10;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Makes a dataset. The folder appears complete or not at all.</summary>
    /// <param name="directory">A new or empty folder.</param>
    /// <param name="count">Number of images, at least 10.</param>
    /// <param name="size">Side of an image in pixels, <see cref="MinSize"/> to <see cref="MaxSize"/>.</param>
    /// <param name="seed">Determines every scene and caption.</param>
    /// <param name="progress">Receives the number of finished images.</param>
    /// <param name="cancellation">Checked between images.</param>
    /// <exception cref="AttnGanException">The folder exists and is not empty, or cannot be written.</exception>
    public static void Make(
        string directory,
        int count,
        int size,
        long seed,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, Share);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, MinSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        NewFolder.Create(directory, folder => Write(folder, count, size, seed, progress, cancellation));
    }

    /// <summary>The scene and the captions of an image.</summary>
    /// <param name="seed">The dataset's seed.</param>
    /// <param name="index">The image's number, from 0.</param>
    public static (ShapeScene Scene, IReadOnlyList<string> Captions) Describe(long seed, int index)
    {
        var random = new CounterRandom(seed, RandomStream.Shapes, index: index);
        ShapeScene scene = ShapeSampler.Sample(ref random, heldOut: ListOf(index) == "composition.txt");
        return (scene, ShapeCaptions.Write(scene, ref random));
    }

    private static void Write(
        string folder, int count, int size, long seed, IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        Directory.CreateDirectory(Path.Combine(folder, "masks"));
        string[] lines = new string[count];
        int done = 0;
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            lines[i] = WriteImage(folder, i, size, seed);
            progress?.Report((Interlocked.Increment(ref done), count));
        });

        WriteLines(folder, "metadata.jsonl", lines);
        foreach (IGrouping<string, int> list in Enumerable.Range(0, count).GroupBy(ListOf))
        {
            WriteLines(folder, list.Key, list.Select(NameOf));
        }
    }

    /// <summary>Writes an image with its masks.</summary>
    /// <returns>Its line of metadata.</returns>
    private static string WriteImage(string folder, int index, int size, long seed)
    {
        (ShapeScene scene, IReadOnlyList<string> captions) = Describe(seed, index);
        string[] masks = [.. scene.Objects.Select((_, i) => $"masks/{index:D6}-{i + 1}.png")];
        ShapeRenderer.Render(scene, size).Save(Path.Combine(folder, NameOf(index)));
        foreach ((ShapeObject item, string mask) in scene.Objects.Zip(masks))
        {
            ShapeRenderer.RenderMask(item, size).Save(Path.Combine(folder, mask));
        }

        var metadata = new
        {
            FileName = NameOf(index),
            Captions = captions,
            scene.Class,
            Scene = new { scene.Background, scene.Objects },
            Masks = masks,
        };
        return JsonSerializer.Serialize(metadata, s_json);
    }

    private static void WriteLines(string folder, string name, IEnumerable<string> lines) =>
        File.WriteAllText(Path.Combine(folder, name), string.Concat(lines.Select(line => line + "\n")), s_utf8);

    private static string NameOf(int index) => $"images/{index:D6}.png";

    private static string ListOf(int index) => (index % Share) switch
    {
        Share - 2 => "validation.txt",
        Share - 1 => "composition.txt",
        _ => "train.txt",
    };
}
