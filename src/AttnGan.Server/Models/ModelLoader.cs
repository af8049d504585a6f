using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Server.Configuration;
using AttnGan.Server.Generation;
using AttnGan.Server.Logging;

namespace AttnGan.Server.Models;

/// <summary>Loads model packages and gives each a queue.</summary>
/// <param name="options">How to draw.</param>
/// <param name="drawerOf">What draws with a pipeline.</param>
/// <param name="metrics">Where drawing is measured.</param>
/// <param name="time">The clock.</param>
/// <param name="logs">Where it is told.</param>
internal sealed class ModelLoader(
    ServerOptions options, Func<TextToImagePipeline, IBatchGenerator> drawerOf, GenerationMetrics metrics, TimeProvider time, ILoggerFactory logs)
{
    private readonly ILogger _logger = logs.CreateLogger<ModelLoader>();

    /// <exception cref="AttnGanException">The file is missing or damaged.</exception>
    public LoadedModel Load(string name, string path)
    {
        return Logged(name, () =>
        {
            var pipeline = TextToImagePipeline.Load(path, options.Pipeline);
            Log.ModelLoaded(_logger, name, pipeline.StageSizes[^1], pipeline.Captions.Vocabulary.Count - 1);
            return new LoadedModel(
                name, pipeline, new GenerationQueue(name, drawerOf(pipeline), options, metrics, time, logs.CreateLogger<GenerationQueue>()));
        });
    }

    /// <exception cref="AttnGanException">The file is missing or damaged.</exception>
    public ModelInfo Describe(string name, string path) => Logged(name, () => ModelInfo.Read(path));

    private T Logged<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AttnGanException error)
        {
            Log.ModelFailed(_logger, name, error.Message);
            throw;
        }
    }
}
