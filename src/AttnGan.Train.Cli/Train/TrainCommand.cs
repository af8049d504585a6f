using System.CommandLine;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Cli.Train;

/// <summary><c>attngan train</c>: trains the DAMSM, then the GAN; <c>train damsm</c> and <c>train gan</c> train one of them.</summary>
internal static class TrainCommand
{
    private const string ChoiceTitle = "No configuration was given (`--config`), so one was chosen for the data; `--set` changes a value:";

    private static readonly Option<DirectoryInfo> s_data = new("--data")
    {
        Description = "Dataset folder (see `attngan dataset check`).",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<DirectoryInfo> s_run = new("--run")
    {
        Description = "Run folder for checkpoints, logs and samples: a new or empty one, or that of the run to resume.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<FileInfo?> s_config = new("--config")
    {
        Description = "Configuration (YAML), ours or one of the official code. Default: the run's own (config.yml); in a new run that " +
            "of the --damsm or --grow checkpoint, else one that is chosen for the data. The paper's bird model: configs/bird.yml.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_resume = new("--resume") { Description = "Resume the run from its newest checkpoint." };

    private static readonly Option<FileInfo?> s_checkpoint = new("--checkpoint")
    {
        Description = "Resume from this checkpoint (implies --resume).",
        HelpName = "FILE",
    };

    private static readonly Option<FileInfo?> s_damsm = new("--damsm")
    {
        Description = "Another run with a trained DAMSM, or a DAMSM checkpoint, to train the GAN with.",
        HelpName = "RUN|FILE",
    };

    private static readonly Option<FileInfo?> s_grow = new("--grow")
    {
        Description = "Run or GAN checkpoint with fewer stages: the new run starts with its networks and settings. Specify the new " +
            "number of stages with `--set generator.stages=N`.",
        HelpName = "RUN|FILE",
    };

    private static readonly Option<FileInfo?> s_independent = new("--independent")
    {
        Description = "Run or checkpoint of an independent DAMSM, which evaluates generated images; the GAN does not learn from it " +
            "(logging.independent_damsm).",
        HelpName = "RUN|FILE",
    };

    private static readonly Option<bool> s_dryRun = new("--dry-run")
    {
        Description = "Check everything, print configuration, sizes and training plan, and stop.",
    };

    private static readonly Option<bool> s_quiet = new("--quiet") { Description = "Print only the results of epochs." };

    public static Command Create(Interruption interruption, RankProcess rank)
    {
        Command damsm = Describe(Parts.Damsm, interruption, rank, new DocumentedCommand(
            TrainingKind.Damsm,
            "Train only text and image encoder (DAMSM: deep attentional multimodal similarity model).",
            "attngan train damsm --data datasets/sample --config configs/tiny.yml --run runs/first"));
        Command gan = Describe(Parts.Gan, interruption, rank, new DocumentedCommand(
            TrainingKind.Gan,
            "Train only generator and discriminators, with a trained DAMSM.",
            "attngan train gan --data datasets/sample --run runs/first",
            "attngan train gan --data DIR --run runs/second --damsm runs/first",
            "attngan train gan --data DIR --run runs/larger --grow runs/first --set generator.stages=4"));
        gan.Add(s_damsm);
        gan.Add(s_grow);
        gan.Add(s_independent);
        Command train = Describe(Parts.Both, interruption, rank, new DocumentedCommand(
            "train",
            "Train on captioned images: the DAMSM, then the GAN. Ctrl-C saves and stops.",
            "attngan train --data DIR --run runs/first",
            "attngan train --data DIR --run runs/first --resume",
            "attngan train --data datasets/sample --config configs/tiny.yml --run runs/tiny",
            "attngan train --data datasets/sample --config configs/emoji.yml --set gan.batch_size=10 --run runs/second --dry-run"));
        train.Add(s_independent);
        train.Add(damsm);
        train.Add(gan);
        return train;
    }

    private static DocumentedCommand Describe(Parts parts, Interruption interruption, RankProcess rank, DocumentedCommand command)
    {
        Option[] options =
        [
            s_data, s_run, s_config, TrainingOptions.Set, TrainingOptions.CaptionKey, s_resume, s_checkpoint, TrainingOptions.Device,
            CommonOptions.Threads,
            s_dryRun, s_quiet,
        ];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.SetAction(arguments => Run(parts, arguments, interruption, rank));
        return command;
    }

    private static int Run(Parts parts, ParseResult arguments, Interruption interruption, RankProcess rank)
    {
        var request = new TrainingRequest
        {
            Parts = parts,
            Data = arguments.GetRequiredValue(s_data).ToString(),
            Run = arguments.GetRequiredValue(s_run).ToString(),
            Config = arguments.GetValue(s_config)?.ToString(),
            Settings = TrainingOptions.Settings(arguments),
            Resume = arguments.GetValue(s_resume),
            Checkpoint = arguments.GetValue(s_checkpoint)?.ToString(),
            Start = parts == Parts.Gan ? Start(arguments) : null,
            IndependentDamsm = parts == Parts.Damsm ? null : arguments.GetValue(s_independent)?.ToString(),
        };
        Device device = TrainingOptions.PrepareCompute(arguments, rank);
        (AttnGanConfig config, IReadOnlyList<string> reasons) = request.ReadConfig(device);
        string[] chosen = reasons.Count == 0 ? [] : [ChoiceTitle, .. reasons.Select(reason => $"  {reason}")];
        if (arguments.GetValue(s_dryRun))
        {
            rank.RequireAlone("train --dry-run");
            Array.ForEach(chosen, Console.Out.WriteLine);
            TrainDryRun.Print(request, config, device);
            return ExitCodes.Success;
        }

        World world = rank.Join();
        using var session = new TrainingSession(request.Data, config, request.Run, device, world) { Choice = chosen };
        request.Check(session);
        var display = TrainingDisplay.Create(arguments.GetValue(s_quiet), isLive: world.Size == 1);
        Array.ForEach(chosen, display.WriteLine);
        display.WriteLine(
            $"{session.Dataset.Train.Count} training images, {session.Dataset.Validation.Count} validation images, " +
            $"vocabulary of {session.Vocabulary.Count} words; device {device.type.ToString().ToLowerInvariant()}" +
            (world.Size == 1 ? "" : $"; {world.Size} ranks, {world.Library}"));
        interruption.Requested = () => display.WriteLine("Stopping after this step, then saving. (Again to stop immediately.)");
        CancellationToken cancellation = interruption.Listen();
        bool complete = display.Show(() => Train(request, session, display, cancellation));
        interruption.Requested = null;
        world.Dispose();
        if (!complete)
        {
            Console.Error.WriteLine($"Stopped; step {display.SavedStep} is saved. To resume:\n  {request.ResumeCommand()}");

            // The first rank speaks for all: another one that fails would end it before it has spoken.
            return rank.IsFirst ? interruption.ExitCode : ExitCodes.Success;
        }

        Console.Out.WriteLine(parts == Parts.Damsm
            ? $"The DAMSM is trained: {request.Run}"
            : $"The training is complete. To generate with it:\n  attngan generate \"…\" --model {CommandText.Quote(request.Run)}");
        return ExitCodes.Success;
    }

    private static GanStart? Start(ParseResult arguments) => (arguments.GetValue(s_damsm), arguments.GetValue(s_grow)) switch
    {
        (null, null) => null,
        ({ } damsm, null) => new GanStart(RunDirectory.CheckpointOf(damsm.ToString(), TrainingKind.Damsm)),
        (null, { } grow) => new GanStart(RunDirectory.CheckpointOf(grow.ToString(), TrainingKind.Gan), Grow: true),
        _ => throw new UsageException(
            "`--damsm` and `--grow` cannot be combined: a GAN that grows keeps the DAMSM that it was trained with."),
    };

    private static bool Train(TrainingRequest request, TrainingSession session, TrainingDisplay display, CancellationToken cancellation)
    {
        switch (request.Parts)
        {
            case Parts.Damsm:
                return session.TrainDamsm(request.From, display, cancellation);
            case Parts.Gan:
                return session.TrainGan(request.Start, request.From, display, cancellation);
        }

        if (!request.IsGanNext(session))
        {
            session.CheckGanCanBegin();
            if (!session.TrainDamsm(request.From, display, cancellation))
            {
                return false;
            }
        }

        return session.TrainGan(null, session.HasBegunGan ? request.From : null, display, cancellation);
    }
}
