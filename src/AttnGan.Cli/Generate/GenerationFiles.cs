using System.Globalization;
using AttnGan.Cli.Hosting;

namespace AttnGan.Cli.Generate;

/// <summary>The paths of the files that a <see cref="GenerationJob"/> writes.</summary>
internal sealed class GenerationFiles(GenerationJob job)
{
    private readonly ImageFileNames _names = new(job.Captions);

    // All frames share the captions' slug and the range of seeds.
    private readonly string _interpolation = string.Create(
        CultureInfo.InvariantCulture,
        $"{ImageFileNames.Slug(string.Join(" to ", job.Captions))}-s{job.Seed}{(job.Number > 1 ? $"-to-s{job.Seed + job.Number - 1}" : "")}");

    public string Animation => PathOf($"{_interpolation}-animation.webp");

    public string Grid => PathOf(
        job.Captions.Count == 1 ? $"{_names.NameOf(0, job.Seed)}-grid.{job.Extension}" : $"grid-s{job.Seed}.{job.Extension}");

    public string Frame(int frame) =>
        PathOf(string.Create(CultureInfo.InvariantCulture, $"{_interpolation}-f{frame:D3}.{job.Extension}"));

    public string Image(int caption, long seed) => PathOf($"{_names.NameOf(caption, seed)}.{job.Extension}");

    public string Stage(int caption, long seed, int size) => PathOf($"{_names.NameOf(caption, seed)}-{size}px.{job.Extension}");

    public string AttentionFigure(int caption, long seed) => PathOf($"{_names.NameOf(caption, seed)}-attention.png");

    /// <summary>Returns all files of the job.</summary>
    /// <param name="stageSizes">Side of each stage's image.</param>
    public IEnumerable<string> All(IReadOnlyList<int> stageSizes)
    {
        if (job.Grid)
        {
            yield return Grid;
        }

        if (job.Steps is not null)
        {
            yield return Animation;
            for (int frame = 0; frame < job.Frames; frame++)
            {
                yield return Frame(frame);
            }

            yield break;
        }

        foreach ((int caption, long seed) in job.Images())
        {
            yield return Image(caption, seed);
            if (job.Options.AllStages)
            {
                foreach (int size in stageSizes.Where(size => size < (job.Options.Size ?? stageSizes[^1])))
                {
                    yield return Stage(caption, seed, size);
                }
            }

            if (job.Options.Attention)
            {
                yield return AttentionFigure(caption, seed);
            }
        }
    }

    private string PathOf(string name) => Path.Combine(job.Folder, name);
}
