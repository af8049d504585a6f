using System.Globalization;
using AttnGan.Cli.Hosting;
using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Cli.Generate;

/// <summary>What <c>attngan generate</c> draws, and the files that it goes to.</summary>
internal sealed record GenerationJob
{
    private const int TopWords = 5;

    // All of them stay in memory for the animation.
    private const int MaxFrames = 100_000;

    // Their names are looked for in the folder before the first is drawn.
    private const int MaxImages = 1_000_000;

    public required string Folder { get; init; }

    public required IReadOnlyList<string> Captions { get; init; }

    /// <summary>Images of each caption; the first has <see cref="Seed"/>, the next the next number.</summary>
    public required int Number { get; init; }

    public required long Seed { get; init; }

    public required GenerationOptions Options { get; init; }

    public bool Grid { get; init; }

    /// <summary>Steps of the way from each image to the next; null to draw the images alone.</summary>
    public int? Steps { get; init; }

    /// <summary>Milliseconds of a frame on that way.</summary>
    public int FrameTime { get; init; }

    /// <summary>Of the images, without the dot.</summary>
    public required string Extension { get; init; }

    /// <summary>Creates the folder and makes sure that no file is replaced unasked.</summary>
    /// <param name="stageSizes">Side of each stage's image.</param>
    /// <param name="overwrite">Whether files may be replaced.</param>
    public void PrepareFolder(IReadOnlyList<int> stageSizes, bool overwrite)
    {
        Check(stageSizes);
        OutputFolder.Create(Folder);
        var names = new ImageFileNames(Captions);
        List<string> files = Grid ? [GridPath(names)] : [];
        if (Steps is { } steps)
        {
            files.Add(AnimationPath);
            files.AddRange(Enumerable.Range(0, Frames(steps)).Select(frame => FramePath(frame)));
        }
        else
        {
            foreach ((int caption, long seed) in Images())
            {
                string name = names.Of(caption, seed);
                files.Add(ImagePath(name));
                files.AddRange(Options.AllStages
                    ? stageSizes.Where(size => size < (Options.Size ?? stageSizes[^1])).Select(size => StagePath(name, size))
                    : []);
                files.AddRange(Options.Attention ? [FigurePath(name)] : []);
            }
        }

        if (!overwrite && files.Where(File.Exists).ToList() is { Count: > 0 } existing)
        {
            throw new AttnGanException(
                $"`{existing[0]}`{(existing.Count > 1 ? $" and {existing.Count - 1} more files" : "")} would be replaced. Add " +
                "`--overwrite` to do so, or give another `--out` or `--seed`.");
        }
    }

    /// <summary>Draws and writes everything.</summary>
    /// <returns>Number of images.</returns>
    public int Draw(
        TextToImagePipeline pipeline, List<string> report, IProgress<(int Done, int Total)> progress, CancellationToken cancellation)
    {
        var names = new ImageFileNames(Captions);
        (int Caption, long Seed)[] images = [.. Images()];
        var requests = images.Select(image => new GenerationRequest(Captions[image.Caption], image.Seed)).ToList();
        return Steps is { } steps
            ? DrawFrames(pipeline, requests, steps, report, progress, cancellation)
            : DrawImages(pipeline, requests, images, names, report, progress, cancellation);
    }

    /// <exception cref="UsageException">Something is asked for that cannot be drawn.</exception>
    private void Check(IReadOnlyList<int> stageSizes)
    {
        if (Options.Size is { } size && !stageSizes.Contains(size))
        {
            throw new UsageException($"`--size {size}`: the model draws images of {string.Join(", ", stageSizes)} pixels.");
        }

        if ((long)Captions.Count * Number > MaxImages)
        {
            throw new UsageException($"{(long)Captions.Count * Number} images are asked for; {MaxImages} are the most at once.");
        }

        if (Steps is not { } steps)
        {
            return;
        }

        long ways = ((long)Captions.Count * Number) - 1;
        if (ways < 1)
        {
            throw new UsageException("`--interpolate` needs a way to go: give two captions or more, or `--n 2` or more.");
        }

        if (ways * steps >= MaxFrames)
        {
            throw new UsageException($"`--interpolate {steps}` makes {(ways * steps) + 1} frames; {MaxFrames} are the most.");
        }

        if (Options.AllStages || Options.Attention)
        {
            throw new UsageException(
                $"`--interpolate` writes frames alone; leave out `{(Options.AllStages ? "--all-stages" : "--attention")}`, or draw " +
                "images without `--interpolate`.");
        }
    }

    private int DrawImages(
        TextToImagePipeline pipeline,
        List<GenerationRequest> requests,
        (int Caption, long Seed)[] images,
        ImageFileNames names,
        List<string> report,
        IProgress<(int Done, int Total)> progress,
        CancellationToken cancellation)
    {
        List<RgbImage> kept = [];
        int done = 0;
        foreach (GeneratedImage image in pipeline.Generate(requests, Options, cancellation))
        {
            Write(image, names.Of(images[done].Caption, images[done].Seed), report);
            if (Grid)
            {
                kept.Add(image.Image);
            }

            progress.Report((++done, images.Length));
            cancellation.ThrowIfCancellationRequested();
        }

        if (Grid)
        {
            WriteGrid(kept, images, GridPath(names), pipeline.Card.Name);
            report.Add(GridPath(names));
        }

        return done;
    }

    /// <summary>Every frame of the way through all images, then all of them as an animation.</summary>
    private int DrawFrames(
        TextToImagePipeline pipeline,
        List<GenerationRequest> requests,
        int steps,
        List<string> report,
        IProgress<(int Done, int Total)> progress,
        CancellationToken cancellation)
    {
        List<RgbImage> frames = [];
        foreach ((GenerationRequest from, GenerationRequest to) in requests.Zip(requests.Skip(1)))
        {
            // A way begins where the last one ended.
            foreach (GeneratedImage image in pipeline.Interpolate(from, to, steps + 1, Options, cancellation).Skip(frames.Count == 0 ? 0 : 1))
            {
                image.Save(FramePath(frames.Count));
                frames.Add(image.Image);
                progress.Report((frames.Count, Frames(steps)));
                cancellation.ThrowIfCancellationRequested();
            }
        }

        ImageMetadata metadata = MetadataOfAll(pipeline.Card.Name);
        if (Grid)
        {
            string grid = GridPath(new ImageFileNames(Captions));
            ImageGrid.Compose(frames, ImageGrid.SquareColumns(frames.Count)).Save(grid, metadata);
            report.Add(grid);
        }

        Animation.Save(AnimationPath, frames, new AnimationOptions { FrameDuration = FrameTime, Metadata = metadata });
        report.Add($"{FramePath(0)} … {FramePath(frames.Count - 1)}");
        report.Add(AnimationPath);
        return frames.Count;
    }

    /// <summary>All images of the first caption, then of the next.</summary>
    private IEnumerable<(int Caption, long Seed)> Images() =>
        from caption in Enumerable.Range(0, Captions.Count)
        from image in Enumerable.Range(0, Number)
        select (caption, Seed + image);

    private void Write(GeneratedImage image, string name, List<string> report)
    {
        image.Save(ImagePath(name));
        report.Add(ImagePath(name));
        foreach (RgbImage stage in image.Stages.SkipLast(1))
        {
            stage.Save(StagePath(name, stage.Width), image.Metadata);
            report.Add(StagePath(name, stage.Width));
        }

        if (Options.Attention)
        {
            AttentionFigure.Draw(image).Save(FigurePath(name), image.Metadata);
            report.Add(FigurePath(name));
            report.AddRange(image.Attention.Select(stage =>
                $"  stage {stage.Stage} attended to " +
                string.Join(", ", stage.TopWords(TopWords).Select(word => $"{word.Word} {word.Weight:P0}"))));
        }
    }

    private void WriteGrid(List<RgbImage> images, (int Caption, long Seed)[] places, string path, string? model)
    {
        int columns = Number > 1 && Captions.Count > 1 ? Number : ImageGrid.SquareColumns(images.Count);
        var options = new GridOptions
        {
            MinCellSize = 128,
            Captions = [.. places.Select(place => Captions[place.Caption])],
        };
        ImageGrid.Compose(images, columns, options).Save(path, MetadataOfAll(model));
    }

    private string ImagePath(string name) => Path.Combine(Folder, $"{name}.{Extension}");

    private string StagePath(string name, int size) => Path.Combine(Folder, $"{name}-{size}px.{Extension}");

    private string FigurePath(string name) => Path.Combine(Folder, $"{name}-attention.png");

    /// <summary>Of a file with several images in it.</summary>
    private ImageMetadata MetadataOfAll(string? model) => new()
    {
        Caption = string.Join(" → ", Captions.Distinct(StringComparer.Ordinal)),
        Truncation = Options.Truncation,
        Model = model,
    };

    /// <summary>Frames of the way through all images.</summary>
    private int Frames(int steps) => (((Captions.Count * Number) - 1) * steps) + 1;

    private string FramePath(int frame) =>
        Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{WayName}-f{frame:D3}.{Extension}"));

    private string AnimationPath => Path.Combine(Folder, $"{WayName}-animation.webp");

    private string WayName => string.Create(
        CultureInfo.InvariantCulture,
        $"{ImageFileNames.Slug(string.Join(" to ", Captions))}-s{Seed}{(Number > 1 ? $"-to-s{Seed + Number - 1}" : "")}");

    private string GridPath(ImageFileNames names) =>
        Path.Combine(Folder, Captions.Count == 1 ? $"{names.Of(0, Seed)}-grid.{Extension}" : $"grid-s{Seed}.{Extension}");
}
