using AttnGan.Imaging;
using AttnGan.Training.Data.Shapes;
using AttnGan.Training.Evaluation.Metrics;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class ShapeFinderTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public void Real_scenes_are_recognized_in_full(int size)
    {
        const int Count = 2000;
        List<string> wrong = [];
        for (int i = 0; i < Count; i++)
        {
            (ShapeScene scene, IReadOnlyList<string> _) = ShapeDataset.Describe(seed: 11, i);
            ShapeScene found = ShapeFinder.Find(ShapeRenderer.Render(scene, size));
            if (found.Class != scene.Class)
            {
                wrong.Add($"{scene.Class}\n    found {found.Class}");
            }
        }

        Assert.True(wrong.Count <= Count / 100, $"{wrong.Count} of {Count} are wrong:\n{string.Join('\n', wrong.Take(20))}");
    }

    [Fact]
    public void An_empty_image_has_no_object()
    {
        var image = new RgbImage(64, 64);
        Array.Fill(image.Pixels, (byte)250);

        ShapeScene scene = ShapeFinder.Find(image);

        Assert.Equal("white", scene.Background);
        Assert.Empty(scene.Objects);
    }
}
