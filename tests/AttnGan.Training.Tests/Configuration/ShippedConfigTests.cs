using AttnGan.Training.Configuration;

namespace AttnGan.Training.Tests.Configuration;

/// <summary>Tests of the configurations in configs/.</summary>
public sealed class ShippedConfigTests
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder(), "*.yml").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_shipped_configuration_is_valid_and_named_after_its_file(string file)
    {
        AttnGanConfig config = Read(file);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), config.Name);
        string written = ConfigReader.Write(config);
        Assert.Equal(written, ConfigReader.Write(ConfigReader.Parse(written, file)));
    }

    [Fact]
    public void Bird_has_the_values_of_the_paper() =>
        Assert.Equal(ConfigReader.Write(new AttnGanConfig { Name = "bird" }), ConfigReader.Write(Read("bird.yml")));

    [Fact]
    public void Coco_differs_from_bird_where_the_paper_does()
    {
        AttnGanConfig config = Read("coco.yml");
        Assert.Equal(48, config.Generator.Width);
        Assert.Equal(3, config.Generator.ResidualBlocks);
        Assert.Equal(96, config.Discriminator.Width);
        Assert.Equal(50, config.Gan.DamsmWeight);
        Assert.Equal(14, config.Gan.BatchSize);
        Assert.Equal(120, config.Gan.Epochs);
        Assert.Equal(12, config.Data.MaxWords);
    }

    [Fact]
    public void Tiny_has_small_images() => Assert.InRange(Read("tiny.yml").Generator.ImageSize, 16, 32);

    private static AttnGanConfig Read(string file) => ConfigReader.Read(Path.Combine(Folder(), file));

    internal static string Folder() => Path.Combine(Repository.Root, "configs");
}
