using AttnGan.Cli.Completion;
using AttnGan.Cli.Dataset;
using AttnGan.Cli.Evaluate;
using AttnGan.Cli.Export;
using AttnGan.Cli.Generate;
using AttnGan.Cli.Hosting;
using AttnGan.Cli.Import;
using AttnGan.Cli.Info;
using AttnGan.Cli.Manual;
using AttnGan.Cli.Mcp;
using AttnGan.Cli.Runs;
using AttnGan.Cli.Serve;
using AttnGan.Cli.Train;

var trainedModels = new TrainedModels();
var rank = new RankProcess();
using var program = new CommandProgram
{
    Description = "Generate images from captions, and train the model (AttnGAN: text to image with word attention).",
    Examples =
    [
        "attngan generate \"a red heart\" --out out",
        "attngan dataset check DIR",
        "attngan train --data DIR --config configs/emoji.yml --run runs/first",
        "attngan serve",
    ],
    Commands =
    [
        ("generate", interruption => GenerateCommand.Create(interruption, trainedModels, rank)),
        ("train", interruption => TrainCommand.Create(interruption, rank)),
        ("evaluate", interruption => EvaluateCommand.Create(interruption, rank)),
        ("runs", _ => RunsCommand.Create()),
        ("dataset", DatasetCommand.Create),
        ("info", _ => InfoCommand.Create()),
        ("serve", ServeCommand.Create),
        ("mcp", McpCommand.Create),
        ("export", _ => ExportCommand.Create(trainedModels)),
        ("import", _ => ImportCommand.Create()),
    ],
    Descriptions = [CompletionCommand.Create, ManualCommand.Create],
    Ranks = rank,
};
return program.Run(args);
