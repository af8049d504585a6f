using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Readers;
using CsCheck;

namespace AttnGan.Training.Tests.Data;

public sealed class CaptionedImageDatasetTests : IDisposable
{
    private readonly TemporaryDataset _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Metadata_specifies_names_captions_classes_and_groups()
    {
        _folder.Image("b.jpg").Image("deep/a.png").Image("c.webp").Metadata(
            new { file_name = "./deep//a.png", text = "one", @class = "x", license = "CC0", group = "birds" },
            "",
            new { file_name = "b.jpg", captions = new[] { "two", "three" }, @class = 7, group = 3 },
            new { file_name = "c.webp", text = "四", captions = new[] { "five" } });
        CaptionedImageDataset data = Open(fraction: 0);
        Assert.Equal(MetadataReader.DatasetFormat, data.Format);
        Assert.Equal(["b.jpg", "c.webp", "deep/a.png"], data.Train.Select(image => image.Name));
        Assert.Equal(["7", null, "x"], data.Train.Select(image => image.Class));
        Assert.Equal([null, null, "birds"], data.Train.Select(image => image.Category)); // a "group" that is not a string is ignored
        Assert.Equal(["two", "three"], data.Train[0].Captions);
        Assert.Equal(["四", "five"], data.Train[1].Captions);
        Assert.All(data.Train, image => Assert.True(File.Exists(image.Path)));
        Assert.Empty(data.Validation);
    }

    [Fact]
    public void Metadata_may_name_the_thing_the_style_and_masks()
    {
        _folder.Image("a.png").Image("b.png").Image("masks/a-1.png").Metadata(
            new { file_name = "a.png", text = "one", @class = "bird-red", thing = "bird", style = "ink", masks = Masks("masks/a-1.png") },
            new { file_name = "b.png", text = "two", @class = "fish-red", thing = 3, masks = Masks("masks/b-1.png", "../c.png") });
        CaptionedImageDataset data = Open(fraction: 0);
        Assert.Equal(
            [("bird", "ink", "bird"), (null, null, "fish-red")],
            data.Train.Select(image => (image.Thing, image.Style, image.Shown)));
        Assert.Equal(["masks/a-1.png"], data.Train[0].Masks);
        Assert.Empty(data.Train[1].Masks);
        Assert.Equal(2, data.Warnings.Count(problem => problem.File == "metadata.jsonl:2" && problem.Message.Contains("the mask")));

        static string[] Masks(params string[] names) => names;
    }

    [Fact]
    public void Sidecars_have_one_caption_per_line()
    {
        _folder.Image("x.png").Write("x.txt", "a red bird", "", "  a bird ").Image("deep/y.JPG").Write("deep/y.txt", "a fox");
        _folder.Write(".hidden/z.txt", "ignored");
        CaptionedImageDataset data = Open(fraction: 0);
        Assert.Equal(SidecarReader.DatasetFormat, data.Format);
        Assert.Equal(["deep/y.JPG", "x.png"], data.Train.Select(image => image.Name));
        Assert.Equal(["a red bird", "a bird"], data.Train[1].Captions);
    }

    [Fact]
    public void A_train_list_alone_defines_the_training_split()
    {
        _folder.WithImages(6).Write("train.txt", "03.png", "", "01.png").Write("extra.txt", "05.png");
        CaptionedImageDataset data = Open(fraction: 0.5);
        Assert.Equal(["01.png", "03.png"], data.Train.Select(image => image.Name));
        Assert.Empty(data.Validation);
        Assert.Equal(["05.png"], data.Split("extra").Select(image => image.Name));
        Assert.Same(data.Train, data.Split("train"));
    }

    [Fact]
    public void With_a_validation_list_training_is_the_rest_without_the_test_list()
    {
        _folder.WithImages(5).Write("validation.txt", "02.png").Write("test.txt", "04.png");
        CaptionedImageDataset data = Open(fraction: 0.5);
        Assert.Equal(["00.png", "01.png", "03.png"], data.Train.Select(image => image.Name));
        Assert.Equal(["02.png"], data.Validation.Select(image => image.Name));
        Assert.Equal(["04.png"], data.Split("test").Select(image => image.Name));
    }

    [Fact]
    public void Lists_of_other_names_do_not_affect_the_training_split()
    {
        _folder.WithImages(4).Write("validation.txt", "02.png").Write("special.txt", "00.png", "02.png");
        CaptionedImageDataset data = Open();
        Assert.Equal(["00.png", "01.png", "03.png"], data.Train.Select(image => image.Name));
        Assert.Equal(["00.png", "02.png"], data.Split("special").Select(image => image.Name));
        Assert.Same(data.Validation, data.Split("validation"));
    }

    [Fact]
    public void Lists_work_beside_sidecars()
    {
        _folder.Image("x.png").Write("x.txt", "a").Image("y.png").Write("y.txt", "b").Write("train.txt", "y.png");
        Assert.Equal(["y.png"], Open().Train.Select(image => image.Name));
    }

    [Fact]
    public void The_held_out_fraction_depends_on_the_seed_only()
    {
        _folder.WithImages(20);
        CaptionedImageDataset first = Open(fraction: 0.25);
        Assert.Equal(5, first.Validation.Count);
        Assert.Equal(20, first.Train.Concat(first.Validation).Select(image => image.Name).Distinct().Count());

        string[] lines = File.ReadAllLines(_folder.PathOf("metadata.jsonl"));
        _folder.Write("metadata.jsonl", [.. lines.Reverse()]);
        Assert.Equal(first.Validation.Select(image => image.Name), Open(fraction: 0.25).Validation.Select(image => image.Name));
        Assert.NotEqual(first.Validation.Select(image => image.Name), Open(fraction: 0.25, seed: 2).Validation.Select(image => image.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_class_is_never_in_both_splits(long seed)
    {
        IEnumerable<object> rows =
            Enumerable.Range(0, 24).Select(i => (object)new { file_name = $"{i}.png", text = "a", @class = $"c{i / 3}" });
        for (int i = 0; i < 24; i++)
        {
            _folder.Image($"{i}.png", 4, 4);
        }

        var data = CaptionedImageDataset.Open(
            _folder.Metadata([.. rows]).Root, new DataConfig { ValidationFraction = 0.3, SplitSeed = seed });
        Assert.Equal(9, data.Validation.Count);
        Assert.Empty(data.Train.Select(image => image.Class).Intersect(data.Validation.Select(image => image.Class)));
    }

    [Fact]
    public void The_vocabulary_is_built_from_training_captions_only()
    {
        _folder.Image("x.png").Image("y.png").Metadata(
            new { file_name = "x.png", captions = new[] { "a bird", "a fox" } }, new { file_name = "y.png", text = "a whale" });
        CaptionedImageDataset data = Open(lists: ["y.png"]);
        Assert.Equal(["<end>", "a", "bird", "fox"], data.BuildVocabulary(new DataConfig()).Words);
        Assert.Equal(["<end>", "a"], data.BuildVocabulary(new DataConfig { MinWordCount = 2 }).Words);
    }

    [Theory]
    [InlineData("{\"file_name\": \"x.png\", ", "metadata.jsonl:2: not valid JSON")]
    [InlineData("[1]", "metadata.jsonl:2: expected a JSON object, found an array")]
    [InlineData("{\"text\": \"a\"}", "metadata.jsonl:2: \"file_name\" is missing")]
    [InlineData("{\"file_name\": 3, \"text\": \"a\"}", "metadata.jsonl:2: \"file_name\" is missing")]
    [InlineData("{\"file_name\": \"none.png\", \"text\": \"a\"}", "metadata.jsonl:2: the image 'none.png' does not exist")]
    [InlineData(
        "{\"file_name\": \"x.png\"}",
        "metadata.jsonl:2: no caption: none of \"text\", \"caption\", \"captions\" and \"prompt\", but \"file_name\"")]
    [InlineData("{\"file_name\": \"x.png\", \"text\": \"  \"}", "metadata.jsonl:2: the caption is empty")]
    [InlineData("{\"file_name\": \"x.png\", \"captions\": []}", "metadata.jsonl:2: the array of captions is empty")]
    [InlineData("{\"file_name\": \"x.png\", \"captions\": [\"a\", \"\"]}", "metadata.jsonl:2: caption 2 of 2 is empty")]
    [InlineData("{\"file_name\": \"x.png\", \"captions\": [\"a\", 2]}", "metadata.jsonl:2: \"captions\" must be a string or an array of")]
    [InlineData("{\"file_name\": \"x.png\", \"text\": \"\\ud800\"}", "metadata.jsonl:2: a string has an unpaired surrogate")]
    [InlineData("{\"file_name\": \"x.png\", \"text\": \"a\", \"class\": []}", "metadata.jsonl:2: \"class\" must be")]
    [InlineData("{\"file_name\": \"deep/../../x.png\", \"text\": \"a\"}", "metadata.jsonl:2: 'deep/../../x.png' leads out of the dataset")]
    [InlineData("{\"file_name\": \"/etc/x.png\", \"text\": \"a\"}", "metadata.jsonl:2: '/etc/x.png' leads out of the dataset")]
    [InlineData("{\"file_name\": \"./good.png\", \"text\": \"a\"}", "metadata.jsonl:2: 'good.png' is already on line 1")]
    public void An_invalid_line_of_metadata_is_reported_with_its_number(string line, string expected)
    {
        _folder.Image("good.png").Image("x.png").Metadata(new { file_name = "good.png", text = "a" }, line);
        AssertProblems(expected);
    }

    [Fact]
    public void A_name_in_another_case_is_reported_once()
    {
        _folder.Image("good.png").Image("Bird.png").Metadata(
            new { file_name = "good.png", text = "a" }, new { file_name = "bird.png", text = "a" });
        string problem = Assert.Single(DatasetReader.Read(_folder.Root, new DataConfig { ValidationFraction = 0 }).Problems).ToString();
        Assert.StartsWith("metadata.jsonl:2: the image 'bird.png'", problem, StringComparison.Ordinal);
        Assert.Contains("'Bird.png'", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_that_is_not_UTF8_is_rejected()
    {
        File.WriteAllBytes(_folder.PathOf("metadata.jsonl"), [0x7B, 0xFF, 0x7D]);
        AssertProblems("metadata.jsonl: is not UTF-8 text");
    }

    [Fact]
    public void Any_text_in_metadata_is_either_read_or_reported()
    {
        string[] pieces =
            ["{", "}", "[", "]", "\"", ":", ",", "\n", "\\", "\"file_name\"", "\"x.png\"",
             "\"text\"", "\"captions\"", "\"class\"", "1", "null", "\0", "é", ".."];
        _folder.Image("x.png");
        Gen.Int[0, pieces.Length - 1].List[0, 14].Sample(
            places =>
            {
                File.WriteAllText(_folder.PathOf("metadata.jsonl"), string.Concat(places.Select(place => pieces[place])));
                try
                {
                    return Open().Train.Single().Captions.All(caption => !string.IsNullOrWhiteSpace(caption));
                }
                catch (DatasetException error)
                {
                    return error.Problems.Count > 0;
                }
            },
            iter: 500,
            threads: 1);
    }

    [Fact]
    public void Lists_with_unknown_repeated_or_shared_images_are_rejected()
    {
        _folder.WithImages(3)
            .Write("train.txt", "00.png", "nothing.png", "00.png", "../00.png")
            .Write("validation.txt", "01.png", "00.png");
        AssertProblems(
            "train.txt:2: 'nothing.png' is not an image of the dataset",
            "train.txt:3: '00.png' is listed twice",
            "train.txt:4: '../00.png' leads out of the dataset",
            "validation.txt: '00.png' is in train.txt too");
    }

    [Fact]
    public void An_empty_train_list_is_rejected()
    {
        _folder.WithImages(1).Write("train.txt");
        AssertProblems("train.txt: no image is left for training");
    }

    [Fact]
    public void Sidecar_problems_are_reported_together()
    {
        _folder.Image("none.png")
            .Image("blank.png").Write("blank.txt", " ", "")
            .Image("twice.jpg").Image("twice.png").Write("twice.txt", "a")
            .Image("good.png").Write("good.txt", "a");
        AssertProblems(
            "none.png: its captions are missing; expected none.txt",
            "blank.txt: contains no caption",
            "twice.jpg: shares its caption file twice.txt with twice.png");
    }

    [Fact]
    public void An_image_named_like_a_list_is_rejected()
    {
        _folder.Image("good.png").Write("good.txt", "a").Image("train.png").Write("train.txt", "good.png");
        AssertProblems("train.png: train.txt at the root is the list of train images");
    }

    [Fact]
    public void Images_with_an_invalid_header_are_rejected_by_name_in_every_split()
    {
        _folder.WithImages(8).Write("validation.txt", "02.png").Write("test.txt", "04.png");
        File.WriteAllText(_folder.PathOf("01.png"), "no image");
        File.WriteAllText(_folder.PathOf("02.png"), "");
        File.WriteAllBytes(_folder.PathOf("04.png"), File.ReadAllBytes(_folder.PathOf("04.png"))[..20]);
        AssertProblems("01.png: not an image;", "02.png: not an image", "04.png: not an image");
    }

    [Fact]
    public void Folders_without_data_are_rejected()
    {
        AssertProblems("neither a metadata.jsonl nor images");
        string missing = _folder.PathOf("missing");
        Assert.Contains(
            "the folder does not exist",
            Assert.Throws<DatasetException>(() => CaptionedImageDataset.Open(missing, new DataConfig())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_lists_three_problems_of_a_kind_and_the_number_of_all()
    {
        _folder.Image("good.png");
        DatasetException error = Assert.Throws<DatasetException>(() =>
        {
            _folder.Metadata([.. Enumerable.Range(0, 25).Select(i => (object)new { file_name = $"{i}.png", text = "a" })]);
            return Open();
        });
        Assert.Equal(25, error.Problems.Count);
        Assert.Contains("has 25 problems", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("(22 more of this kind)", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, error.Message.Split('\n').Length);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("../secret")]
    public void An_unknown_split_is_rejected(string name)
    {
        _folder.WithImages(2);
        DatasetException error = Assert.Throws<DatasetException>(() => Open().Split(name));
        Assert.Contains("the list does not exist", error.Message, StringComparison.Ordinal);
    }

    private CaptionedImageDataset Open(double fraction = 0.1, long seed = 1, string[]? lists = null)
    {
        if (lists is not null)
        {
            _folder.Write("validation.txt", lists);
        }

        return CaptionedImageDataset.Open(_folder.Root, new DataConfig { ValidationFraction = fraction, SplitSeed = seed });
    }

    /// <summary>Asserts that opening the folder reports exactly one problem for each expected text.</summary>
    private void AssertProblems(params string[] expected)
    {
        var problems = Assert.Throws<DatasetException>(() => Open()).Problems.Select(problem => problem.ToString()).ToList();
        Assert.Equal(expected.Length, problems.Count);
        Assert.All(expected, text => Assert.Contains(problems, problem => problem.Contains(text, StringComparison.Ordinal)));
    }
}
