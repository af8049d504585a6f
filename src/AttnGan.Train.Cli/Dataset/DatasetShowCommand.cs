using System.CommandLine;
using AttnGan.Cli.Hosting;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Cli.Dataset;

/// <summary><c>attngan dataset show</c>: writes a grid of a dataset's images with captions.</summary>
internal static class DatasetShowCommand
{
    private const int CellSize = 128;

    private static readonly Argument<DirectoryInfo> s_directory = new("DIR") { Description = "Dataset folder." };

    private static readonly Option<string> s_split = new("--split")
    {
        Description = "Split of the dataset: train, validation, or NAME for the list NAME.txt in its folder.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "train",
    };

    private static readonly Option<int> s_count = new Option<int>("--count")
    {
        Description = "Number of images, at even intervals of the split.",
        HelpName = "N",
        DefaultValueFactory = _ => 16,
    }.WithRange(1, 400);

    private static readonly Option<FileInfo> s_out = new("--out", "-o")
    {
        Description = "Image file to write (.png, .jpg or .webp).",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace the file if it exists." };

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "show",
            "Write a grid of images, each with one of its captions.",
            "attngan dataset show datasets/sample -o sample.png",
            "attngan dataset show DIR --split validation --count 25 -o validation.png")
        {
            s_directory, s_split, s_count, TrainingOptions.Config, TrainingOptions.Set, TrainingOptions.CaptionKey, s_overwrite, s_out,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string file = arguments.GetRequiredValue(s_out).ToString();
        if (ImageFiles.WrittenFormatOf(file) is null)
        {
            throw new UsageException($"`{file}` is not the name of an image, expected the extension .png, .jpg or .webp.");
        }

        if (File.Exists(file) && !arguments.GetValue(s_overwrite))
        {
            throw new AttnGanException($"`{file}` would be replaced. Add `--overwrite` to allow it, or choose another `--out`.");
        }

        AttnGanConfig config = DatasetCommand.ReadConfig(
            arguments.GetValue(TrainingOptions.Config)?.ToString(), TrainingOptions.Settings(arguments));
        string folder = arguments.GetRequiredValue(s_directory).ToString();
        string split = arguments.GetRequiredValue(s_split);
        var dataset = CaptionedImageDataset.Open(folder, config.Data);
        IReadOnlyList<CaptionedImage> all = dataset.Split(split);
        IReadOnlyList<CaptionedImage> images = Subset.Choose(all, arguments.GetValue(s_count));
        if (images.Count == 0)
        {
            throw new AttnGanException($"The split `{split}` of `{folder}` has no images. Choose another one with `--split`.");
        }

        var background = RgbColor.Parse(config.Data.Background);
        ImageGrid.Compose(
            [.. images.Select(image => image.Load(background).FitInto(CellSize, CellSize))],
            ImageGrid.SquareColumns(images.Count),
            new GridOptions
            {
                MinCellSize = CellSize,
                Captions = [.. images.Select((image, i) => image.Captions[i % image.Captions.Count])],
            }).Save(file);
        Console.Out.WriteLine($"{file}: {images.Count} of {all.Count} images of the split {split}.");
        return ExitCodes.Success;
    }
}
