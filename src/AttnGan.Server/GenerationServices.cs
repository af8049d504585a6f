using AttnGan.Generation;
using AttnGan.Server.Generation;
using AttnGan.Server.Images;
using AttnGan.Server.Models;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AttnGan.Server;

/// <summary>The services that generate images, for the web server and for other hosts.</summary>
internal static class GenerationServices
{
    /// <summary>Adds the models with their queues, and <see cref="ImageGeneration"/>. They need the server's options.</summary>
    public static void AddGeneration(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Func<TextToImagePipeline, IBatchGenerator>>(pipeline => new PipelineGenerator(pipeline));
        services.AddSingleton<GenerationMetrics>();
        services.AddSingleton<ModelLoader>();
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<ImageGeneration>();
    }
}
