using AttnGan.Cli.Display;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Trainers;
using Spectre.Console;

namespace AttnGan.Cli.Commands;

/// <summary><c>attngan train --dry-run</c>: everything that can be known before the first step, without writing anything.</summary>
internal static class TrainDryRun
{
    public static void Print(TrainingRequest request, AttnGanConfig config)
    {
        CaptionedImageDataset dataset = CaptionedImageDataset.Open(request.Data, config.Data, config.Seed);
        DatasetWarnings.Write(dataset);
        CheckRun(request);
        Vocabulary vocabulary = dataset.BuildVocabulary(config.Data);
        CheckDamsm(request.Damsm, vocabulary);
        List<TrainingOutline> outlines = [];
        if (request.Parts is Parts.Both or Parts.Damsm)
        {
            outlines.Add(TrainingOutline.OfDamsm(config, dataset, vocabulary));
        }

        if (request.Parts is Parts.Both or Parts.Gan)
        {
            outlines.Add(TrainingOutline.OfGan(config, dataset, vocabulary));
        }

        Console.Out.Write(ConfigReader.Write(config));
        Console.Out.WriteLine();
        Console.Out.WriteLine(
            $"Training pictures {dataset.Train.Count} ({dataset.Train.Sum(image => image.Captions.Count)} captions), " +
            $"validation {dataset.Validation.Count} ({dataset.Validation.Sum(image => image.Captions.Count)} captions), " +
            $"vocabulary {vocabulary.Count} words");
        foreach (TrainingOutline outline in outlines)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine(
                $"{outline.Kind}: {outline.Epochs} epochs of {outline.StepsPerEpoch} steps ({(long)outline.Epochs * outline.StepsPerEpoch} in " +
                $"all) with {outline.BatchSize} pictures each");
            Terminal.Output.Write(Sizes(outline));
        }

        Console.Out.WriteLine("Dry run: nothing was trained or written.");
    }

    private static Table Sizes(TrainingOutline outline)
    {
        Table table = new Table().RoundedBorder().AddColumn("network").AddColumn("parameters", column => column.RightAligned());
        foreach (NetworkSize size in outline.Parameters)
        {
            table.AddRow(size.Network, $"{size.Parameters:N0}");
        }

        return table;
    }

    /// <summary>What opening the run would refuse; nothing is created where nothing is.</summary>
    private static void CheckRun(TrainingRequest request)
    {
        if (!Directory.Exists(request.Run) || !Directory.EnumerateFileSystemEntries(request.Run).Any())
        {
            return;
        }

        using RunDirectory run = RunDirectory.Open(request.Run);
        if (request.Resumes)
        {
            return;
        }

        foreach (RunPart part in new[] { run.Damsm, run.Gan })
        {
            if (part.HasBegun && (request.Parts == Parts.Both || (part.Kind == "gan") == (request.Parts == Parts.Gan)))
            {
                part.Begin(resume: false);
            }
        }
    }

    private static void CheckDamsm(string? path, Vocabulary vocabulary)
    {
        if (path is not null && !Checkpoint.Open(path, "damsm").Vocabulary.SequenceEqual(vocabulary.Words))
        {
            throw new AttnGanException($"The DAMSM `{path}` was trained with another vocabulary than that of this data set.");
        }
    }
}
