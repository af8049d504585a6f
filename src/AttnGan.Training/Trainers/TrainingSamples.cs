using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Data;

namespace AttnGan.Training.Trainers;

/// <summary>
/// Writes image grids and attention figures of the same captions and seeds during a training: only the generator changes.
/// </summary>
internal sealed class TrainingSamples
{
    private const int CellSize = 128;

    private readonly SampleGenerator _generator;
    private readonly IReadOnlyList<EncodedCaption> _captions;

    /// <param name="generator">Generates the images.</param>
    /// <param name="dataset">The dataset that the captions come from.</param>
    /// <param name="captions">The caption encoder of the run.</param>
    /// <param name="count">Number of images, at least 1.</param>
    public TrainingSamples(SampleGenerator generator, CaptionedImageDataset dataset, CaptionEncoder captions, int count)
    {
        _generator = generator;

        // The words of a single validation image may all be unknown; validation needs two images and has not refused it.
        IReadOnlyList<CaptionedImage> validation = [.. dataset.Validation.Where(image => image.FirstKnown(captions) is not null)];
        IReadOnlyList<CaptionedImage> images = validation.Count > 0 ? validation : dataset.Train;

        // Spread over the whole list: neighbors often show the same kind of thing.
        _captions = [.. Subset.Choose(images, count).Select(image => image.FirstKnown(captions)!)];
    }

    /// <summary>Writes <c>STEP-grid.png</c> and, if the generator attends to words, <c>STEP-attention.png</c>.</summary>
    /// <returns>The paths of the files.</returns>
    public IReadOnlyList<string> Write(string directory, long step)
    {
        IReadOnlyList<GeneratedImage> images = _generator.Generate([.. _captions.Select((caption, i) => (caption, (long)i))]);
        string name = Path.Combine(directory, $"{step:D8}");
        ImageGrid.Compose(
            [.. images.Select(image => image.Image)],
            ImageGrid.SquareColumns(images.Count),
            new GridOptions { MinCellSize = CellSize, Captions = [.. images.Select(image => image.Caption.Text)] })
            .Save(name + "-grid.png");
        if (images[0].Attention.Count == 0)
        {
            return [name + "-grid.png"];
        }

        AttentionFigure.Draw(images[0]).Save(name + "-attention.png");
        return [name + "-grid.png", name + "-attention.png"];
    }
}
