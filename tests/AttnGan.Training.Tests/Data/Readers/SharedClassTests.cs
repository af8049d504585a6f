using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data.Readers;

public sealed class SharedClassTests : IDisposable
{
    private readonly TemporaryDataset _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_class_that_all_images_share_is_set_aside_and_images_are_held_out()
    {
        CaptionedImageDataset data = Open(10, _ => "tile");

        Assert.Equal((8, 2), (data.Train.Count, data.Validation.Count));
        Assert.All(data.Images.Values, image => Assert.Null(image.Class));
        Assert.StartsWith("all 10 images are of class 'tile'", Assert.Single(data.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_of_all_training_images_is_set_aside_where_lists_define_the_split()
    {
        _folder.Write("train.txt", "00.png", "02.png").Write("validation.txt", "01.png", "03.png");

        CaptionedImageDataset data = Open(4, i => i % 2 == 0 ? "tile" : "disc");

        Assert.All(data.Train.Concat(data.Validation), image => Assert.Null(image.Class));
        Assert.StartsWith("all 2 training images are of class 'tile'", Assert.Single(data.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_classes_neither_is_held_out_as_a_whole()
    {
        CaptionedImageDataset data = Open(20, i => i % 2 == 0 ? "tile" : "disc");

        Assert.Equal((16, 4), (data.Train.Count, data.Validation.Count));
        Assert.Equal(2, data.Train.Select(image => image.Class).Distinct().Count());
        Assert.Empty(data.Warnings);
    }

    private CaptionedImageDataset Open(int images, Func<int, string> classOf)
    {
        _folder.WithImages(images).Metadata(
            [.. Enumerable.Range(0, images).Select(i => (object)new { file_name = $"{i:00}.png", text = "a tile", @class = classOf(i) })]);
        return CaptionedImageDataset.Open(_folder.Root, new DataConfig { ValidationFraction = 0.2 });
    }
}
