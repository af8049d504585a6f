using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Server.Configuration;
using AttnGan.Server.Generation;
using AttnGan.Server.Logging;

namespace AttnGan.Server.Models;

/// <summary>Loads model packages, and creates a generation queue for each.</summary>
/// <param name="options">The options of pipelines and queues.</param>
/// <param name="createGenerator">Creates the generator of a pipeline.</param>
/// <param name="metrics">The metrics of the queues.</param>
/// <param name="time">The clock.</param>
/// <param name="lifetime">Tells errors at startup, which end the program with their message, from later ones, which are logged.</param>
/// <param name="loggers">The loggers.</param>
internal sealed class ModelLoader(
    ServerOptions options,
    Func<TextToImagePipeline, IBatchGenerator> createGenerator,
    GenerationMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<ModelLoader>();

    /// <exception cref="AttnGanException">Thrown when the file is missing or damaged.</exception>
    public LoadedModel Load(string name, string path) => LogErrors(name, () =>
    {
        var pipeline = TextToImagePipeline.Load(path, options.ToPipelineOptions());
        Log.ModelLoaded(_logger, name, pipeline.StageSizes[^1], pipeline.Captions.Vocabulary.Count - 1);
        var queue = new GenerationQueue(
            name, createGenerator(pipeline), options, metrics, time, loggers.CreateLogger<GenerationQueue>());
        return new LoadedModel(name, pipeline, queue);
    });

    /// <exception cref="AttnGanException">Thrown when the file is missing or damaged.</exception>
    public ModelInfo Describe(string name, string path) => LogErrors(name, () => ModelInfo.Read(path));

    private T LogErrors<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AttnGanException error) when (lifetime.ApplicationStarted.IsCancellationRequested)
        {
            Log.ModelFailed(_logger, name, error.Message);
            throw;
        }
    }
}
