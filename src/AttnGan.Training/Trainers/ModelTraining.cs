using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Export;
using AttnGan.Training.Generator;
using AttnGan.Training.Torch;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// Trains a model on captioned images, as <c>attngan train</c> does: first the text and image encoders (DAMSM), then the GAN with them.
/// </summary>
/// <example>
/// <code>
/// var training = new ModelTraining { Data = "my-images", Run = "runs/mine" };
/// await training.RunAsync(new Progress&lt;TrainingUpdate&gt;(Console.WriteLine));
/// ModelTraining.Export("runs/mine", "mine.onnx");
/// </code>
/// </example>
public sealed class ModelTraining
{
    /// <summary>The dataset: a folder of images with captions (docs/data.md).</summary>
    public required string Data { get; init; }

    /// <summary>The folder that gets checkpoints, logs, curves and samples; created if missing.</summary>
    public required string Run { get; init; }

    /// <summary>
    /// The configuration; <see cref="ConfigReader"/> reads one from a file. Default: that of the run, or else one that is chosen for the
    /// data.
    /// </summary>
    public AttnGanConfig? Config { get; init; }

    /// <summary>True to continue an interrupted training from its newest checkpoint, bit for bit.</summary>
    public bool Resume { get; init; }

    /// <summary>The device to compute on.</summary>
    public DeviceChoice Device { get; init; } = DeviceChoice.Auto;

    private string RunConfig => Path.Combine(Run, "config.yml");

    /// <summary>Trains until the epochs of the configuration are complete, on a thread of its own.</summary>
    /// <param name="progress">Receives an update after each step, and with metrics after each evaluation.</param>
    /// <param name="cancellation">Saves a checkpoint after the current step and stops.</param>
    /// <exception cref="AttnGanException">The data, the configuration or the run folder cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled; <see cref="Resume"/> continues it.</exception>
    public Task RunAsync(IProgress<TrainingUpdate>? progress = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(
            () => Train(progress, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Exports the newest checkpoint of a run as a model package, and verifies that both generate the same images.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="file">The model package to write (.onnx).</param>
    /// <param name="card">Name, license and description; the name of the configuration by default.</param>
    /// <exception cref="AttnGanException">The run has no checkpoint, or the file cannot be written.</exception>
    public static void Export(string run, string file, ModelCard? card = null)
    {
        LibTorch.Load();
        ModelPackageExport.Write(run, file, card ?? new ModelCard());
    }

    /// <summary>
    /// Exports networks of a training of your own as a model package, and verifies that both generate the same images. The networks stay
    /// as they are: the package has copies of their weights in evaluation mode. Must not be called within a dispose scope.
    /// </summary>
    /// <param name="file">The model package to write (.onnx).</param>
    /// <param name="config">The configuration that the networks were created with; its data section is that of the captions.</param>
    /// <param name="vocabulary">The vocabulary of the text encoder.</param>
    /// <param name="textEncoder">The text encoder whose features the generator was trained with, on any device.</param>
    /// <param name="generator">The generator, on any device: usually a moving average of the trained one.</param>
    /// <param name="card">Name, license, description and number of steps; the name of the configuration by default.</param>
    /// <exception cref="AttnGanException">
    /// The networks do not fit the configuration or the vocabulary, their images are not finite, or the file cannot be written.
    /// </exception>
    public static void Export(
        string file,
        AttnGanConfig config,
        Vocabulary vocabulary,
        TextEncoder textEncoder,
        AttentionalGenerator generator,
        ModelCard? card = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(textEncoder);
        ArgumentNullException.ThrowIfNull(generator);
        card ??= new ModelCard();
        using var networks = TrainedNetworks.CopyOf(config, vocabulary, textEncoder, generator);
        ModelPackageExport.Write(networks, file, card with { Name = card.Name ?? config.Name }, half: true);
    }

    private void Train(IProgress<TrainingUpdate>? progress, CancellationToken cancellation)
    {
        Device device = ComputeDevice.Resolve(Device);
        using var session = new TrainingSession(Data, Config ?? DefaultConfig(device), Run, device);
        ResumeFrom? from = Resume ? new ResumeFrom(null) : null;
        bool isGanNext = Resume && (session.HasBegunGan || session.IsDamsmComplete);
        if (isGanNext)
        {
            session.Adopt(null, session.HasBegunGan ? from : null);
        }

        session.CheckUse(damsm: !isGanNext, gan: true);
        var updates = new TrainingUpdates(progress);
        if (!isGanNext)
        {
            session.CheckGanCanBegin();
            ThrowIfStopped(session.TrainDamsm(from, updates, cancellation), cancellation);
        }

        ThrowIfStopped(session.TrainGan(null, session.HasBegunGan ? from : null, updates, cancellation), cancellation);
    }

    private AttnGanConfig DefaultConfig(Device device)
    {
        if (File.Exists(RunConfig))
        {
            return ConfigReader.Read(RunConfig);
        }

        if (Resume)
        {
            throw new AttnGanException(
                $"The folder `{Run}` contains no training to resume (there is no `config.yml`). Start one without `Resume`, or specify " +
                "the folder of the run to resume.");
        }

        var data = DataFacts.Of(CaptionedImageDataset.Open(Data, new DataConfig()));
        return ConfigChoice.For(data, MachineFacts.Of(device)).Config;
    }

    private static void ThrowIfStopped(bool isComplete, CancellationToken cancellation)
    {
        if (!isComplete)
        {
            throw new OperationCanceledException(cancellation);
        }
    }
}
