using System.Text.Json;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Training.Tests.Data.Readers;

public sealed class CocoReaderTests : IDisposable
{
    private const string Train9 = "COCO_train2014_000000000009";
    private const string Train25 = "COCO_train2014_000000000025";
    private const string Val42 = "COCO_val2014_000000000042";

    private readonly TemporaryDataset _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_official_layout_is_recognized_and_read()
    {
        Official("images", "images");
        CaptionedImageDataset data = Open();
        Assert.Equal(CocoReader.DatasetFormat, data.Format);
        Assert.Equal([$"images/{Train9}.jpg", $"images/{Train25}.jpg"], data.Train.Select(image => image.Name));
        Assert.Equal([$"images/{Val42}.jpg"], data.Split("test").Select(image => image.Name));
        Assert.All(data.Train, image => Assert.Null(image.Class));
        Assert.All(data.Train, image => Assert.Null(image.Crop));
        Assert.Equal(["a plate of food", "some food"], data.Train[0].Captions);
    }

    [Fact]
    public void Images_may_be_in_the_folders_of_the_original_archives()
    {
        Official("train2014", "val2014");
        CaptionedImageDataset data = Open();
        Assert.Equal($"train2014/{Train9}.jpg", data.Train[0].Name);
        Assert.Equal($"val2014/{Val42}.jpg", data.Validation[0].Name);
    }

    [Fact]
    public void The_name_of_the_folder_is_irrelevant()
    {
        using var birds = new TemporaryDirectory();
        Official("images", "images");
        string path = birds.File("birds");
        Directory.Move(_folder.Root, path);
        try
        {
            Assert.Equal(CocoReader.DatasetFormat, CaptionedImageDataset.Open(path, new DataConfig()).Format);
        }
        finally
        {
            Directory.Move(path, _folder.Root);
        }
    }

    [Fact]
    public void The_files_determine_the_format_of_a_folder_with_several()
    {
        Official("images", "images");
        Json("train", "2014", [(9, "9.jpg")], [(9, "a plate")]);
        Assert.Equal(CocoReader.DatasetFormat, Open().Format);

        Directory.Delete(_folder.PathOf("text"), recursive: true);
        Assert.Equal(CocoJsonReader.DatasetFormat, Open().Format);

        _folder.Metadata(new { file_name = $"images/{Train9}.jpg", text = "a plate" });
        Assert.Equal(MetadataReader.DatasetFormat, Open().Format);
    }

    [Fact]
    public void A_missing_list_of_training_images_and_missing_images_are_reported_together()
    {
        Official("images", "images");
        File.Delete(_folder.PathOf("train/filenames.pickle"));
        File.Delete(_folder.PathOf($"images/{Val42}.jpg"));
        Assert.Equal(
            ["train/filenames.pickle", $"images/{Val42}.jpg"],
            Assert.Throws<DatasetException>(Open).Problems.Select(problem => problem.File));
    }

    [Theory]
    [InlineData("2014")]
    [InlineData("2017")]
    public void Cocos_own_json_is_recognized_and_read(string year)
    {
        Json("train", year, [(9, "9.jpg"), (25, "25.jpg")], [(9, "a plate\nof food "), (25, "a giraffe"), (9, "some food")]);
        Json("val", year, [(42, "42.jpg")], [(42, "a teddy bear")]);
        CaptionedImageDataset data = Open();
        Assert.Equal(CocoJsonReader.DatasetFormat, data.Format);
        Assert.Equal([$"train{year}/25.jpg", $"train{year}/9.jpg"], data.Train.Select(image => image.Name));
        Assert.Equal(["a plate of food", "some food"], data.Train[1].Captions);
        Assert.Equal([$"val{year}/42.jpg"], data.Split("validation").Select(image => image.Name));
    }

    [Fact]
    public void A_single_file_is_split_by_the_configured_fraction()
    {
        Json("val", "2017", [(1, "1.jpg"), (2, "2.jpg"), (3, "3.jpg"), (4, "4.jpg")], [(1, "a"), (2, "b"), (3, "c"), (4, "d")]);
        var data = CaptionedImageDataset.Open(_folder.Root, new DataConfig { ValidationFraction = 0.25 });
        Assert.Equal((3, 1), (data.Train.Count, data.Validation.Count));
    }

    [Fact]
    public void Unusable_annotations_are_reported()
    {
        Json("train", "2014", [(1, "1.jpg"), (2, "2.jpg")], [(1, "a dog"), (1, " . "), (7, "a ghost")]);
        DatasetException error = Assert.Throws<DatasetException>(Open);
        Assert.Contains("annotation 102 belongs to image 7", Assert.Single(error.Problems).Message, StringComparison.Ordinal);

        Json("train", "2014", [(1, "1.jpg"), (2, "2.jpg")], [(1, "a dog"), (1, " . ")]);
        CaptionedImageDataset data = Open();
        Assert.Equal(["a dog"], Assert.Single(data.Train).Captions);
        Assert.Equal(["annotations/captions_train2014.json", "train2014/2.jpg"], data.Warnings.Select(problem => problem.File));
    }

    [Theory]
    [InlineData("{\"images\": [\n{\"id\": 1, \"file_name\": }", "annotations/captions_train2014.json:2", "not the JSON")]
    [InlineData("{\"images\": [{\"file_name\": \"1.jpg\"}], \"annotations\": []}", "annotations/captions_train2014.json:1", "not the JSON")]
    [InlineData("[1, 2]", "annotations/captions_train2014.json:1", "not the JSON")]
    [InlineData("{\"info\": {}}", "annotations/captions_train2014.json", "no \"images\"")]
    [InlineData("null", "annotations/captions_train2014.json", "no \"images\"")]
    public void Other_json_is_rejected_with_its_line(string json, string place, string reason)
    {
        _folder.Image("train2014/1.jpg").Text("annotations/captions_train2014.json", json);
        DatasetProblem problem = Assert.Single(Assert.Throws<DatasetException>(Open).Problems);
        Assert.Equal(place, problem.File);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_images_of_json_are_reported_and_a_missing_folder_is_one_problem()
    {
        Json("train", "2014", [(1, "1.jpg"), (2, "2.jpg")], [(1, "a dog"), (2, "a cat")]);
        File.Delete(_folder.PathOf("train2014/2.jpg"));
        Assert.Equal("train2014/2.jpg", Assert.Single(Assert.Throws<DatasetException>(Open).Problems).File);
        Directory.Delete(_folder.PathOf("train2014"), recursive: true);
        Assert.Equal("train2014", Assert.Single(Assert.Throws<DatasetException>(Open).Problems).File);
    }

    private CaptionedImageDataset Open() => CaptionedImageDataset.Open(_folder.Root, new DataConfig { ValidationFraction = 0 });

    private void Official(string trainImages, string testImages) => _folder
        .Image($"{trainImages}/{Train9}.jpg").Image($"{trainImages}/{Train25}.jpg").Image($"{testImages}/{Val42}.jpg")
        .Write($"text/{Train9}.txt", "a plate of food", "some food")
        .Write($"text/{Train25}.txt", "a giraffe")
        .Write($"text/{Val42}.txt", "a bear")
        .Pickle("train/filenames.pickle", Train9, Train25).Pickle("test/filenames.pickle", Val42);

    private void Json(string split, string year, (int Id, string Name)[] images, (int Image, string Caption)[] annotations)
    {
        foreach ((_, string name) in images)
        {
            _folder.Image($"{split}{year}/{name}");
        }

        _folder.Write($"annotations/captions_{split}{year}.json", JsonSerializer.Serialize(new
        {
            info = new { year },
            images = images.Select(image => new { license = 3, file_name = image.Name, height = 24, id = image.Id }),
            licenses = new[] { new { id = 3, name = "CC BY" } },
            annotations = annotations.Select(
                (annotation, i) => new { image_id = annotation.Image, id = 100 + i, caption = annotation.Caption }),
        }));
    }
}
