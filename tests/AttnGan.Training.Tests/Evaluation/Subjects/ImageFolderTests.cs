using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Tests.Data;

namespace AttnGan.Training.Tests.Evaluation.Subjects;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryDataset _data = new();
    private readonly TemporaryDataset _folder = new();

    public ImageFolderTests() => _data.Image("images/heart-1.png").Image("images/heart-2.png").Image("star.png").Metadata(
        new { file_name = "images/heart-1.png", captions = new[] { "a red heart", "one red heart" }, @class = "heart" },
        new { file_name = "images/heart-2.png", captions = new[] { "a red heart", "a heart, drawn in red" }, @class = "heart" },
        new { file_name = "star.png", captions = new[] { "a star with 5 points" }, @class = "star" });

    [Theory]
    [InlineData("images/heart-2.png", "a red heart", "images/heart-2.png")]    // the path of the dataset's image
    [InlineData("heart-2.jpg", "a red heart", "images/heart-2.png")]           // its name
    [InlineData("a red heart.png", "a red heart", "images/heart-1.png")]       // a caption
    [InlineData("one_red_heart.png", "one red heart", "images/heart-1.png")]
    [InlineData("00012-A-Red-Heart.png", "a red heart", "images/heart-1.png")] // with a number before it
    [InlineData("a heart drawn in red (3).png", "a heart, drawn in red", "images/heart-2.png")]
    [InlineData("7 a star with 5 points 12.png", "a star with 5 points", "star.png")]
    [InlineData("sub/a_star_with_5_points.png", "a star with 5 points", "star.png")]
    public void The_name_of_a_file_gives_its_caption(string name, string caption, string image)
    {
        _folder.Image(name);

        EvaluationPair pair = Assert.Single(Pairs());

        Assert.Equal((caption, image, $"class {pair.Image.Class}"), (pair.Caption, pair.Image.Name, pair.Class));
        Assert.Equal(_folder.PathOf(name), pair.File);
    }

    [Fact]
    public void Metadata_and_sidecars_give_captions()
    {
        _folder.Image("x.png").Write("x.txt", "", "A star with 5 points.").Image("y.png").Write("y.txt", "one red heart", "ignored");
        Assert.Equal(["a star with 5 points", "one red heart"], Pairs().Select(pair => pair.Caption));

        _folder.Metadata(new { file_name = "y.png", text = "a red heart" });
        Assert.Equal(["a red heart"], Pairs().Select(pair => pair.Caption));
    }

    [Fact]
    public void Images_without_a_caption_of_the_split_are_an_error_that_names_them()
    {
        _folder.Image("a red heart.png").Image("a blue heart.png").Image("x.png").Write("x.txt", "a moon");

        string message = Assert.Throws<AttnGanException>(Pairs).Message;

        Assert.Contains("2 of 3 images", message);
        Assert.Contains("`a blue heart.png`, `x.png` (\"a moon\")", message);
        Assert.Contains("split `train`", message);
    }

    [Fact]
    public void Folders_without_images_and_damaged_metadata_are_refused()
    {
        Assert.Contains("has no images", Assert.Throws<AttnGanException>(() => ImageFolder.Open(_folder.Root)).Message);
        Assert.Contains("does not exist", Assert.Throws<AttnGanException>(() => ImageFolder.Open(_folder.PathOf("no"))).Message);
        _folder.Metadata(new { file_name = "missing.png", text = "a red heart" });
        Assert.Contains("missing.png", Assert.Throws<DatasetException>(() => ImageFolder.Open(_folder.Root)).Message);
    }

    [Fact]
    public void Images_get_the_smallest_shorter_side_and_a_center_crop()
    {
        _folder.Image("a red heart 1.png", width: 40, height: 30).Image("a red heart 2.png", width: 60, height: 60);
        var folder = ImageFolder.Open(_folder.Root);
        using var subject = new FolderImages(folder.Size);

        RgbImage[] images =
        [
            .. subject.Images(
                [.. folder.Pairs(Data()).Select(pair => new ImageRequest(pair, 0))], false, TestContext.Current.CancellationToken)
                .Select(image => image.Image),
        ];

        Assert.Equal(30, folder.Size);
        Assert.All(images, image => Assert.Equal((30, 30), (image.Width, image.Height)));
        var whole = RgbImage.Load(_folder.PathOf("a red heart 1.png"), RgbColor.White);
        Assert.Equal(whole.Crop(5, 0, 30, 30).Pixels, images[0].Pixels);
    }

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    private EvaluationData Data() => EvaluationData.Open(
        _data.Root, "train", new AttnGanConfig { Data = new() { ValidationFraction = 0 } });

    private IReadOnlyList<EvaluationPair> Pairs() => ImageFolder.Open(_folder.Root).Pairs(Data());
}
