using System.CommandLine;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Data.Shapes;

namespace AttnGan.Cli.Dataset;

/// <summary><c>attngan dataset make</c>: makes a dataset from nothing.</summary>
internal static class DatasetMakeCommand
{
    private static readonly Option<int> s_count = new Option<int>("--count")
    {
        Description = "Number of images.",
        HelpName = "N",
        DefaultValueFactory = _ => 20_000,
    }.WithRange(10, 1_000_000);

    private static readonly Option<int> s_size = new Option<int>("--size")
    {
        Description = "Side of each image in pixels.",
        HelpName = "N",
        DefaultValueFactory = _ => 64,
    }.WithRange(ShapeDataset.MinSize, ShapeDataset.MaxSize);

    private static readonly Option<long> s_seed = new("--seed")
    {
        Description = "Determines all scenes and captions.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<DirectoryInfo> s_out = new("--out")
    {
        Description = "Folder for the dataset; must not exist or be empty.",
        HelpName = "DIR",
        Required = true,
    };

    public static Command Create(Interruption interruption)
    {
        var shapes = new DocumentedCommand(
            "shapes",
            "Render scenes of one or two colored shapes, with captions, exact descriptions and a mask for each object.",
            "attngan dataset make shapes --out data/shapes",
            "attngan dataset make shapes --count 1000 --size 128 --seed 7 --out DIR")
        {
            s_count, s_size, s_seed, s_out,
        };
        shapes.SetAction(arguments => Run(arguments, interruption));
        return new Command("make", "Make a dataset.") { shapes };
    }

    private static int Run(ParseResult arguments, Interruption interruption)
    {
        string folder = arguments.GetRequiredValue(s_out).ToString();
        int count = arguments.GetValue(s_count);
        Terminal.WithProgress("Rendering", progress =>
        {
            ShapeDataset.Make(folder, count, arguments.GetValue(s_size), arguments.GetValue(s_seed), progress, interruption.Listen());
            return count;
        });
        Console.Out.WriteLine($"{folder}: {count} images. Check it with `attngan dataset check {folder}`.");
        return ExitCodes.Success;
    }
}
