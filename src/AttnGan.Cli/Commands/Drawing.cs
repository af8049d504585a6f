using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Training.Generation;

namespace AttnGan.Cli.Commands;

/// <summary>What <c>attngan generate</c> draws, and the files that it goes to.</summary>
internal sealed record Drawing
{
    private const int TopWords = 5;

    public required string Folder { get; init; }

    public required IReadOnlyList<string> Captions { get; init; }

    /// <summary>Pictures of each caption; the first has <see cref="Seed"/>, the next the next number.</summary>
    public required int Number { get; init; }

    public required long Seed { get; init; }

    public bool AllStages { get; init; }

    public bool Attention { get; init; }

    public bool Grid { get; init; }

    /// <summary>Of the pictures, without the dot.</summary>
    public required string Extension { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Creates the folder and makes sure that no file is replaced unasked.</summary>
    /// <param name="stageSizes">Side of each stage's picture.</param>
    /// <param name="overwrite">Whether files may be replaced.</param>
    public void PrepareFolder(IReadOnlyList<int> stageSizes, bool overwrite)
    {
        OutputFolder.Create(Folder);
        var names = new PictureNames(Captions);
        List<string> files = Grid ? [GridPath(names)] : [];
        foreach ((int caption, long seed) in Pictures())
        {
            string name = names.Of(caption, seed);
            files.Add(PicturePath(name));
            files.AddRange(AllStages ? stageSizes.SkipLast(1).Select(size => StagePath(name, size)) : []);
            files.AddRange(Attention ? [FigurePath(name)] : []);
        }

        if (!overwrite && files.Where(File.Exists).ToList() is { Count: > 0 } existing)
        {
            throw new AttnGanException(
                $"`{existing[0]}`{(existing.Count > 1 ? $" and {existing.Count - 1} more files" : "")} would be replaced. Add " +
                "`--overwrite` to do so, or give another `--out` or `--seed`.");
        }
    }

    /// <summary>Draws and writes everything.</summary>
    /// <returns>Number of pictures.</returns>
    public int Draw(TorchPipeline pipeline, List<string> report, IProgress<(int Done, int Total)> progress, CancellationToken cancellation)
    {
        var names = new PictureNames(Captions);
        (int Caption, long Seed)[] pictures = [.. Pictures()];
        var requests = pictures.Select(picture => new PictureRequest(Captions[picture.Caption], picture.Seed)).ToList();
        List<RgbImage> kept = [];
        int done = 0;
        foreach (GeneratedImage image in pipeline.Generate(requests, BatchSize, cancellation))
        {
            Write(image, names.Of(pictures[done].Caption, pictures[done].Seed), report);
            if (Grid)
            {
                kept.Add(image.Picture);
            }

            progress.Report((++done, pictures.Length));
            cancellation.ThrowIfCancellationRequested();
        }

        if (Grid)
        {
            WriteGrid(kept, pictures, GridPath(names));
            report.Add(GridPath(names));
        }

        return done;
    }

    /// <summary>All pictures of the first caption, then of the next.</summary>
    private IEnumerable<(int Caption, long Seed)> Pictures() =>
        from caption in Enumerable.Range(0, Captions.Count)
        from picture in Enumerable.Range(0, Number)
        select (caption, Seed + picture);

    private void Write(GeneratedImage image, string name, List<string> report)
    {
        image.Picture.Save(PicturePath(name));
        report.Add(PicturePath(name));
        if (AllStages)
        {
            foreach (RgbImage stage in image.Stages.SkipLast(1))
            {
                stage.Save(StagePath(name, stage.Width));
                report.Add(StagePath(name, stage.Width));
            }
        }

        if (Attention)
        {
            AttentionFigure.Draw(image).Save(FigurePath(name));
            report.Add(FigurePath(name));
            report.AddRange(image.Attention.Select(stage =>
                $"  stage {stage.Stage} attended to " +
                string.Join(", ", stage.TopWords(TopWords).Select(word => $"{word.Word} {word.Weight:P0}"))));
        }
    }

    private void WriteGrid(List<RgbImage> pictures, (int Caption, long Seed)[] places, string path)
    {
        int columns = Number > 1 && Captions.Count > 1 ? Number : ImageGrid.SquareColumns(pictures.Count);
        var options = new GridOptions
        {
            MinCellSize = 128,
            Captions = [.. places.Select(place => Captions[place.Caption])],
        };
        ImageGrid.Compose(pictures, columns, options).Save(path);
    }

    private string PicturePath(string name) => Path.Combine(Folder, $"{name}.{Extension}");

    private string StagePath(string name, int size) => Path.Combine(Folder, $"{name}-{size}px.{Extension}");

    private string FigurePath(string name) => Path.Combine(Folder, $"{name}-attention.png");

    private string GridPath(PictureNames names) =>
        Path.Combine(Folder, Captions.Count == 1 ? $"{names.Of(0, Seed)}-grid.{Extension}" : $"grid-s{Seed}.{Extension}");
}
