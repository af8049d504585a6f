using AttnGan.Cli.Hosting;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Trainers;
using Spectre.Console;
using static TorchSharp.torch;

namespace AttnGan.Cli.Train;

/// <summary><c>attngan train --dry-run</c>: prints everything that is known before the first step. Writes no files.</summary>
internal static class TrainDryRun
{
    public static void Print(TrainingRequest request, AttnGanConfig config, Device device)
    {
        using var session = TrainingSession.OpenReadOnly(request.Data, config, request.Run, device);
        request.Check(session);
        IReadOnlyList<TrainingPlan> plans = Plan(request, session);
        CaptionedImageDataset dataset = session.Dataset;
        Console.Out.Write(ConfigReader.Write(config));
        Console.Out.WriteLine();
        Console.Out.WriteLine(
            $"Training images {dataset.Train.Count} ({dataset.Train.Sum(image => image.Captions.Count)} captions), " +
            $"validation {dataset.Validation.Count} ({dataset.Validation.Sum(image => image.Captions.Count)} captions), " +
            $"vocabulary {session.Vocabulary.Count} words");
        foreach (TrainingPlan plan in plans)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine(
                $"{plan.Kind}: {plan.Epochs} epochs of {plan.StepsPerEpoch} steps ({(long)plan.Epochs * plan.StepsPerEpoch} " +
                $"in total), batch size {plan.BatchSize}");
            Terminal.Output.Write(Sizes(plan));
            if (plan.Words is { } words)
            {
                Console.Out.WriteLine(TrainingText.Words(words));
            }
        }

        Console.Out.WriteLine("Dry run: nothing was trained or written.");
    }

    private static IReadOnlyList<TrainingPlan> Plan(TrainingRequest request, TrainingSession session) => request.Parts switch
    {
        Parts.Damsm => [session.PlanDamsm(request.From)],
        Parts.Gan => [session.PlanGan(request.Start, request.From)],
        _ when request.IsGanNext(session) => [session.PlanGan(null, session.HasBegunGan ? request.From : null)],
        _ => [session.PlanDamsm(request.From), session.PlanGanAfterDamsm()],
    };

    private static Table Sizes(TrainingPlan plan)
    {
        Table table = new Table().RoundedBorder().AddColumn("network").AddColumn("parameters", column => column.RightAligned());
        foreach (NetworkSize size in plan.Parameters)
        {
            table.AddRow(size.Network, $"{size.Parameters:N0}");
        }

        return table;
    }
}
