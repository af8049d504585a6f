using AttnGan.Cli.Completion;
using AttnGan.Cli.Export;
using AttnGan.Cli.Generate;
using AttnGan.Cli.Hosting;
using AttnGan.Cli.Info;
using AttnGan.Cli.Manual;
using AttnGan.Cli.Mcp;
using AttnGan.Cli.Serve;

var trainedModels = new TrainedModelsElsewhere();
var ranks = new OneProcess();
using var program = new CommandProgram
{
    Description = "Generate images from captions (AttnGAN: text to image with word attention).",
    Examples =
    [
        "attngan generate \"a red heart\" --out out",
        "attngan serve",
        "attngan export --web site",
    ],
    Commands =
    [
        ("generate", interruption => GenerateCommand.Create(interruption, trainedModels, ranks)),
        ("info", _ => InfoCommand.Create()),
        ("serve", ServeCommand.Create),
        ("mcp", McpCommand.Create),
        ("export", _ => ExportCommand.Create(trainedModels)),
    ],
    Descriptions = [CompletionCommand.Create, ManualCommand.Create],
    Ranks = ranks,
    TrainingCommands =
    [
        new("train", "Train the model (attngan-train)."),
        new("evaluate", "Measure the quality of generated images (attngan-train)."),
        new("runs", "List and compare trainings (attngan-train)."),
        new("dataset", "Check, convert and make datasets (attngan-train)."),
        new("import", "Import weights of the official code (attngan-train)."),
    ],
};
return program.Run(args);
