using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Trainers;

namespace AttnGan.Training.Tests.Trainers;

public sealed class ModelTrainingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_training_reports_its_steps_and_metrics_and_its_model_generates()
    {
        using var tiny = new TinyRun();
        string run = tiny.Folder("code");
        var updates = new Updates();

        await new ModelTraining { Data = tiny.Data, Run = run, Config = TinyRun.Config }.RunAsync(updates, Cancellation);
        string package = Path.Combine(run, "model.onnx");
        ModelTraining.Export(run, package, new ModelCard { License = "MIT" });

        TrainingUpdate[] damsm = [.. updates.Received.Where(update => update.Part == TrainingPart.Damsm)];
        TrainingUpdate[] gan = [.. updates.Received.Where(update => update.Part == TrainingPart.Gan)];
        foreach (TrainingUpdate[] part in (TrainingUpdate[][])[damsm, gan])
        {
            TrainingUpdate[] steps = [.. part.Where(update => update.Metrics.Count == 0)];
            Assert.Equal(Enumerable.Range(1, 6).Select(step => (long)step), steps.Select(update => update.Step));
            Assert.All(steps, update => Assert.Equal((6, 2), (update.Steps, update.Epochs)));
            Assert.Equal([1, 1, 1, 2, 2, 2], steps.Select(update => update.Epoch));
            Assert.All(steps, update => Assert.NotEmpty(update.Losses));
            Assert.Contains(part, update => update.Metrics.Count > 0);
        }

        Assert.Contains("loss", damsm[0].Losses.Keys);
        Assert.Equal("Gan: step 1 of 6, epoch 1 of 2", gan[0].ToString());
        using var pipeline = TextToImagePipeline.Load(package);
        Assert.Equal(("tiny", "MIT", 6), (pipeline.Card.Name, pipeline.Card.License, pipeline.Card.Steps));
        Assert.Equal(32, pipeline.Generate("a red disc", cancellation: Cancellation).Image.Width);
    }

    [Theory]
    [InlineData(TrainingPart.Damsm)]
    [InlineData(TrainingPart.Gan)]
    public async Task A_canceled_training_resumes(TrainingPart part)
    {
        using var tiny = new TinyRun();
        string run = tiny.Folder("code");
        using var cancellation = new CancellationTokenSource();
        var updates = new Updates
        {
            OnReport = update =>
            {
                if (update.Part == part && update.Step == 2)
                {
                    cancellation.Cancel();
                }
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ModelTraining { Data = tiny.Data, Run = run, Config = TinyRun.Config }.RunAsync(updates, cancellation.Token));
        Assert.Equal((part, 2), (updates.Received[^1].Part, updates.Received[^1].Step));
        updates.Received.Clear();
        updates.OnReport = null;
        await new ModelTraining { Data = tiny.Data, Run = run, Resume = true }.RunAsync(updates, Cancellation);

        Assert.Equal((part, 3), (updates.Received[0].Part, updates.Received[0].Step));
        Assert.Equal((TrainingPart.Gan, 6), (updates.Received[^1].Part, updates.Received[^1].Step));
    }

    [Fact]
    public async Task Errors_say_what_to_do()
    {
        using var tiny = new TinyRun();

        string run = tiny.Folder("new");
        Assert.Contains("Start one without `Resume`", await ErrorAsync(new ModelTraining { Data = tiny.Data, Run = run, Resume = true }));
        AttnGanConfig large = TinyRun.Config with { Damsm = TinyRun.Config.Damsm with { BatchSize = 1000 } };
        Assert.Contains("Batch size 1000", await ErrorAsync(new ModelTraining { Data = tiny.Data, Run = run, Config = large }));

        static async Task<string> ErrorAsync(ModelTraining training) =>
            (await Assert.ThrowsAnyAsync<AttnGanException>(() => training.RunAsync(cancellation: Cancellation))).Message;
    }

    private sealed class Updates : IProgress<TrainingUpdate>
    {
        public List<TrainingUpdate> Received { get; } = [];

        public Action<TrainingUpdate>? OnReport { get; set; }

        public void Report(TrainingUpdate value)
        {
            Received.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
