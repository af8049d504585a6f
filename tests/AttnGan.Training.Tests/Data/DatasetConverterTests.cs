using System.Formats.Tar;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data;

public sealed class DatasetConverterTests : IDisposable
{
    private readonly TemporaryDataset _folder = new();
    private readonly TemporaryDirectory _target = new();

    public void Dispose()
    {
        _folder.Dispose();
        _target.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(12)]
    public void Masks_are_copied_or_scaled_with_their_image(int? size)
    {
        CaptionedImageDataset source = WithMasks();

        DatasetConverter.Convert(
            source,
            _target.File("new"),
            new ConversionOptions { Target = ConversionTarget.Metadata, Size = size },
            cancellation: TestContext.Current.CancellationToken);

        CaptionedImageDataset converted = Open(_target.File("new"));
        Assert.Empty(converted.Warnings);
        Assert.Equal(["masks/0-1.png", "masks/other/0-2.png"], converted.Train[0].Masks);
        Assert.Empty(converted.Train[1].Masks);
        foreach ((string old, string name) in new[] { ("masks/0-1.png", "masks/0-1.png"), ("other/0-2.png", "masks/other/0-2.png") })
        {
            var mask = RgbImage.Load(_folder.PathOf(old), RgbColor.White);
            Assert.Equal(
                (size is null ? mask : mask.Resize(16, 12)).Pixels,
                RgbImage.Load(Path.Combine(converted.Root, name), RgbColor.White).Pixels);
        }
    }

    [Fact]
    public void A_damaged_mask_stops_the_conversion()
    {
        CaptionedImageDataset source = WithMasks();
        File.WriteAllText(_folder.PathOf("masks/0-1.png"), "nothing");

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConverter.Convert(
            source, _target.File("new"), new ConversionOptions { Target = ConversionTarget.Metadata },
            cancellation: TestContext.Current.CancellationToken));

        Assert.Contains("masks/0-1.png: not an image", Assert.Single(error.Problems).ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_target.File("new")));
    }

    [Fact]
    public void What_a_target_cannot_store_is_listed()
    {
        CaptionedImageDataset source = WithMasks();

        Assert.Empty(DatasetConverter.Dropped(source, ConversionTarget.Metadata));
        Assert.Equal(["masks"], DatasetConverter.Dropped(source, ConversionTarget.Parquet));
        Assert.Equal(["masks"], DatasetConverter.Dropped(source, ConversionTarget.WebDataset));
        Assert.Equal(["classes", "styles", "masks"], DatasetConverter.Dropped(source, ConversionTarget.Sidecar));
    }

    [Theory]
    [InlineData("metadata.jsonl", """{"file_name": "a.png", "text": "a bird", "class": 1, "url": "u", "scene": {"objects": 2}}""")]
    [InlineData("metadata.csv", "file_name,text,url,class,scene\na.png,a bird,u,1,two\n")]
    [InlineData("captions.csv", "image,caption,url,scene\na.png,a bird,u,two\n")]
    [InlineData("captions.json", """[{"image": "a.png", "caption": "a bird", "url": "u", "split": "train", "scene": 2}]""")]
    public void Columns_that_are_not_read_are_listed_as_dropped(string file, string content)
    {
        _folder.Image("a.png");
        File.WriteAllText(_folder.PathOf(file), content);

        CaptionedImageDataset source = Open(_folder.Root);

        Assert.Equal(["\"scene\"", "\"url\""], DatasetConverter.Dropped(source, ConversionTarget.Metadata));
    }

    [Fact]
    public void A_list_of_captions_loses_its_classes()
    {
        _folder.Image("a.png");
        File.WriteAllText(_folder.PathOf("captions.json"), """[{"image": "a.png", "caption": "a bird", "class": 1}]""");

        Assert.Equal(["\"class\""], DatasetConverter.Dropped(Open(_folder.Root), ConversionTarget.Metadata));
    }

    [Fact]
    public void An_archive_loses_the_files_of_a_sample_that_are_not_read()
    {
        TemporaryDataset sample = _folder.Image("a.png").Image("a.mask.png");
        File.WriteAllText(sample.PathOf("a.json"), """{"text": "a bird", "class": 1, "masks": ["a.mask.png"], "url": "u"}""");
        TarFile.CreateFromDirectory(sample.Root, Path.Combine(_target.Path, "train.tar"), includeBaseDirectory: false);

        CaptionedImageDataset source = Open(_target.Path);

        Assert.Equal(["\".mask.png\"", "\"masks\"", "\"url\""], DatasetConverter.Dropped(source, ConversionTarget.Metadata));
    }

    private CaptionedImageDataset WithMasks()
    {
        _folder.Image("0.png", width: 32).Image("1.png", tint: 1)
            .Image("masks/0-1.png", width: 32, tint: 2).Image("other/0-2.png", width: 32, tint: 3)
            .Metadata(
                new { file_name = "0.png", text = "a bird", masks = new[] { "masks/0-1.png", "other/0-2.png" }, @class = "bird" },
                new { file_name = "1.png", text = "a cat", style = "ink" });
        return Open(_folder.Root);
    }

    private static CaptionedImageDataset Open(string folder) =>
        CaptionedImageDataset.Open(folder, new DataConfig { ValidationFraction = 0 });
}
