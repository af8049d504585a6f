using System.Text;
using AttnGan.Cli.Hosting;
using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Cli.Generate;

/// <summary>The images that <c>attngan generate</c> generates, and the files that it writes.</summary>
internal sealed record GenerationJob
{
    private const int TopWords = 5;
    private const int MinGridCellSize = 128;

    // The animation needs all frames in memory.
    private const int MaxFrames = 100_000;

    /// <summary>The maximum number of images: before generation, every file name is checked against the folder.</summary>
    public const int MaxImages = 1_000_000;

    public required string Folder { get; init; }

    public required IReadOnlyList<string> Captions { get; init; }

    /// <summary>Images per caption, with consecutive seeds from <see cref="Seed"/>.</summary>
    public required int Number { get; init; }

    public required long Seed { get; init; }

    public required GenerationOptions Options { get; init; }

    public bool Grid { get; init; }

    /// <summary>Interpolation steps from each image to the next; null for no interpolation.</summary>
    public int? Steps { get; init; }

    /// <summary>Milliseconds per frame of the animation.</summary>
    public int FrameTime { get; init; }

    /// <summary>File extension of the images, without the dot.</summary>
    public required string Extension { get; init; }

    /// <summary>The processes that share the work: of every N batches, rank r generates number r.</summary>
    public required IRanks Ranks { get; init; }

    /// <summary>Images per batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Number of frames of an interpolation through all images.</summary>
    public int Frames => checked((int)((ImageCount - 1) * (Steps ?? 0)) + 1);

    private long ImageCount => (long)Captions.Count * Number;

    /// <summary>Checks the request and creates the folder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="overwrite">True to replace existing files.</param>
    /// <exception cref="UsageException">Thrown when the options contradict each other or exceed a limit.</exception>
    /// <exception cref="AttnGanException">Thrown when files exist and must not be replaced, or the folder cannot be created.</exception>
    public void Prepare(TextToImagePipeline model, bool overwrite)
    {
        Check(model);
        OutputFolder.Create(Folder);
        if (!overwrite && new GenerationFiles(this).All(model.StageSizes).Where(File.Exists).ToList() is { Count: > 0 } existing)
        {
            throw new AttnGanException(
                $"`{existing[0]}`{(existing.Count > 1 ? $" and {existing.Count - 1} more files" : "")} would be replaced. Add " +
                "`--overwrite` to allow it, or choose another `--out` or `--seed`.");
        }

        Ranks.Exchange([]); // no rank writes before all have found the folder empty
    }

    /// <summary>Generates and writes all images.</summary>
    /// <param name="pipeline">The model.</param>
    /// <param name="messages">Receives the paths that were written, and the most attended words.</param>
    /// <param name="progress">Receives the number of images.</param>
    /// <param name="cancellation">Stops after the current image.</param>
    /// <returns>The number of images.</returns>
    public int Generate(
        TextToImagePipeline pipeline, List<string> messages, IProgress<(int Done, int Total)> progress, CancellationToken cancellation)
    {
        var files = new GenerationFiles(this);
        return Steps is { } steps
            ? GenerateFrames(pipeline, files, steps, messages, progress, cancellation)
            : GenerateImages(pipeline, files, messages, progress, cancellation);
    }

    /// <summary>Returns caption and seed of every image: all images of the first caption, then of the next.</summary>
    public IEnumerable<(int Caption, long Seed)> Images() =>
        from caption in Enumerable.Range(0, Captions.Count)
        from image in Enumerable.Range(0, Number)
        select (caption, Seed + image);

    private void Check(TextToImagePipeline model)
    {
        if (Ranks.Size > 1 && (Grid || Steps is not null))
        {
            throw new UsageException(
                $"`{(Grid ? "--grid" : "--interpolate")}` combines images in one file, and ranks write files of their own; leave it out, " +
                "or generate in one process.");
        }

        string problems = string.Join(' ', Options.Problems(model.StageSizes, model.Styles).Select(problem => problem.Message));
        if (problems.Length > 0)
        {
            throw new UsageException(problems);
        }

        if (ImageCount > MaxImages)
        {
            throw new UsageException($"{ImageCount} images were requested; the maximum is {MaxImages}.");
        }

        if (Steps is { } steps)
        {
            CheckInterpolation(steps);
        }
    }

    private void CheckInterpolation(int steps)
    {
        long transitions = ImageCount - 1;
        if (transitions < 1)
        {
            throw new UsageException("`--interpolate` needs at least two images: give two captions or more, or `--n 2` or more.");
        }

        if (transitions * steps >= MaxFrames)
        {
            throw new UsageException(
                $"`--interpolate {steps}` makes {(transitions * steps) + 1} frames; the maximum is {MaxFrames}. Use fewer steps.");
        }

        if (Options.AllStages || Options.Attention)
        {
            throw new UsageException(
                $"`--interpolate` writes frames only; leave out `{(Options.AllStages ? "--all-stages" : "--attention")}`, or generate " +
                "images without `--interpolate`.");
        }
    }

    private int GenerateImages(
        TextToImagePipeline pipeline,
        GenerationFiles files,
        List<string> messages,
        IProgress<(int Done, int Total)> progress,
        CancellationToken cancellation)
    {
        (int Caption, long Seed)[] images = [.. Images()];
        (int Caption, long Seed)[] own = [.. images.Where((_, number) => RankOf(number) == Ranks.Rank)];
        List<RgbImage> gridImages = [];
        int done = 0;
        foreach (GeneratedImage image in pipeline.Generate([.. own.Select(Request)], Options, cancellation))
        {
            messages.Add(Write(image, files, own[done]));
            if (Grid)
            {
                gridImages.Add(image.Image);
            }

            // Other ranks are about as far.
            progress.Report((Math.Min(++done * Ranks.Size, images.Length), images.Length));
            cancellation.ThrowIfCancellationRequested();
        }

        GatherMessages(messages, images.Length);
        if (Grid)
        {
            int columns = Number > 1 && Captions.Count > 1 ? Number : ImageGrid.SquareColumns(images.Length);
            var options = new GridOptions
            {
                MinCellSize = MinGridCellSize,
                Captions = [.. images.Select(image => Captions[image.Caption])],
            };
            WriteGrid(gridImages, columns, options, files, pipeline, messages);
        }

        return images.Length;
    }

    /// <summary>Returns the rank that generates an image.</summary>
    private int RankOf(int number) => number / BatchSize % Ranks.Size;

    /// <summary>Replaces the messages of this rank, one for each of its images, by those of all, in the order of the images.</summary>
    private void GatherMessages(List<string> messages, int images)
    {
        const char Separator = '\0';
        IReadOnlyList<byte[]> all = Ranks.Exchange(Encoding.UTF8.GetBytes(string.Join(Separator, messages)));
        Queue<string>[] ofRanks = [.. all.Select(bytes => new Queue<string>(Encoding.UTF8.GetString(bytes).Split(Separator)))];
        messages.Clear();
        messages.AddRange(Enumerable.Range(0, images).Select(number => ofRanks[RankOf(number)].Dequeue()));
    }

    /// <summary>Writes every frame of an interpolation through all images, then an animation of them.</summary>
    private int GenerateFrames(
        TextToImagePipeline pipeline,
        GenerationFiles files,
        int steps,
        List<string> messages,
        IProgress<(int Done, int Total)> progress,
        CancellationToken cancellation)
    {
        GenerationRequest[] requests = [.. Images().Select(Request)];
        List<RgbImage> frames = [];
        foreach ((GenerationRequest from, GenerationRequest to) in requests.Zip(requests.Skip(1)))
        {
            // The first frame is the last one of the previous interpolation.
            int skipped = frames.Count == 0 ? 0 : 1;
            foreach (GeneratedImage image in pipeline.Interpolate(from, to, steps + 1, Options, cancellation).Skip(skipped))
            {
                image.Save(files.Frame(frames.Count));
                frames.Add(image.Image);
                progress.Report((frames.Count, Frames));
                cancellation.ThrowIfCancellationRequested();
            }
        }

        if (Grid)
        {
            WriteGrid(frames, ImageGrid.SquareColumns(frames.Count), null, files, pipeline, messages);
        }

        Animation.Save(
            files.Animation, frames, new AnimationOptions { FrameDuration = FrameTime, Metadata = CombinedMetadata(pipeline) });
        messages.Add($"{files.Frame(0)} … {files.Frame(frames.Count - 1)}");
        messages.Add(files.Animation);
        return frames.Count;
    }

    private GenerationRequest Request((int Caption, long Seed) image) => new(Captions[image.Caption], image.Seed);

    /// <summary>Writes the files of an image, and returns their paths and the most attended words, in lines.</summary>
    private string Write(GeneratedImage image, GenerationFiles files, (int Caption, long Seed) place)
    {
        string path = files.Image(place.Caption, place.Seed);
        image.Save(path);
        List<string> lines = [path];
        foreach (RgbImage stage in image.Stages.SkipLast(1))
        {
            string stagePath = files.Stage(place.Caption, place.Seed, stage.Width);
            stage.Save(stagePath, image.Metadata);
            lines.Add(stagePath);
        }

        if (Options.Attention)
        {
            string figure = files.AttentionFigure(place.Caption, place.Seed);
            AttentionFigure.Draw(image).Save(figure, image.Metadata);
            lines.Add(figure);
            lines.AddRange(image.Attention.Select(stage =>
                $"  stage {stage.Stage} attended to " +
                string.Join(", ", stage.TopWords(TopWords).Select(word => $"{word.Word} {word.Weight:P0}"))));
        }

        return string.Join('\n', lines);
    }

    private void WriteGrid(
        List<RgbImage> images,
        int columns,
        GridOptions? options,
        GenerationFiles files,
        TextToImagePipeline pipeline,
        List<string> messages)
    {
        ImageGrid.Compose(images, columns, options).Save(files.Grid, CombinedMetadata(pipeline));
        messages.Add(files.Grid);
    }

    /// <summary>Returns the metadata of a file that combines several images.</summary>
    private ImageMetadata CombinedMetadata(TextToImagePipeline pipeline) => new()
    {
        Caption = string.Join(" → ", Captions.Distinct(StringComparer.Ordinal)),
        Truncation = Options.Truncation,
        Style = Options.Style,
        Model = pipeline.Card.Name,
        Readings = GeneratedImage.TextOf(
        [
            .. Captions.Distinct(StringComparer.Ordinal)
                .SelectMany(caption => pipeline.Captions.Encode(caption, Options.StrictWords).Readings)
                .Distinct(),
        ]),
    };
}
