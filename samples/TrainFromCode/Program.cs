using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Trainers;

// dotnet run -c Release -- DATASET RUN CONFIG.yml MODEL.onnx [KEY=VALUE...]     Ctrl-C saves; the same command continues.
// dotnet run -c Release -- own DATASET RUN STEPS MODEL.onnx                     With a loop of its own, and the DAMSM of a run.
if (args is ["own", var images, var trained, var steps, var output])
{
    OwnTrainer.Train(images, trained, int.Parse(steps), output);
    Generate(output);
    return;
}

(string data, string run, string config, string model) = (args[0], args[1], args[2], args[3]);
using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, signal) =>
{
    signal.Cancel = true;
    cancellation.Cancel();
};

var training = new ModelTraining
{
    Data = data,
    Run = run,
    Config = ConfigReader.Read(config, args[4..]),
    Resume = Directory.Exists(run),
};
var progress = new Progress<TrainingUpdate>(update =>
{
    if (update.Metrics.Count > 0)
    {
        Console.WriteLine($"{update}: {string.Join(", ", update.Metrics.Select(metric => $"{metric.Key} {metric.Value:G4}"))}");
    }
});
try
{
    await training.RunAsync(progress, cancellation.Token);
}
catch (OperationCanceledException)
{
    Console.WriteLine("Stopped and saved.");
    return;
}

ModelTraining.Export(run, model, new ModelCard { Name = "from code", License = "CC0-1.0" });
Generate(model);

static void Generate(string model)
{
    using var pipeline = TextToImagePipeline.Load(model);
    pipeline.Generate("a red heart").Save(Path.ChangeExtension(model, ".png"));
    Console.WriteLine($"{model}: {pipeline.Card.Name}, {pipeline.Card.Steps} steps");
}
