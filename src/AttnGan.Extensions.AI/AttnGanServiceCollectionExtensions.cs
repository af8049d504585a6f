using AttnGan.Generation;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers AttnGAN with a service collection.</summary>
public static class AttnGanServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="TextToImagePipeline"/>, which is loaded when it is first requested, and an <see cref="IImageGenerator"/> that
    /// generates with it, both as singletons. Services that exist already are kept.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="modelPath">A model package (.onnx).</param>
    /// <param name="options">Engine, threads and batch size; null for the defaults.</param>
    public static IServiceCollection AddAttnGan(this IServiceCollection services, string modelPath, PipelineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        services.TryAddSingleton(_ => TextToImagePipeline.Load(modelPath, options));
        services.TryAddSingleton(provider => provider.GetRequiredService<TextToImagePipeline>().AsIImageGenerator());
        return services;
    }
}
