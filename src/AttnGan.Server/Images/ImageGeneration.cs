using AttnGan.Server.Configuration;
using AttnGan.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Images;

/// <summary>
/// Checks the requests of all APIs: each API converts its requests to <see cref="ImagesRequest"/>, so validation, limits and the policy of
/// sizes exist once.
/// </summary>
internal sealed class ImageGeneration(ModelCatalog catalog, ServerOptions limits)
{
    /// <summary>Checks a request and loads its model.</summary>
    /// <param name="request">The request.</param>
    /// <param name="errors">The errors that the API itself found.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <returns>Either the job, or the problem to respond with.</returns>
    public async Task<(GenerationJob? Job, ProblemHttpResult? Problem)> PrepareAsync(
        ImagesRequest request, RequestErrors errors, CancellationToken aborted)
    {
        request.Validate(limits, errors);
        (LoadedModel? model, ProblemHttpResult? problem) = await catalog.LoadModelAsync(request, errors, aborted);
        return model is null ? (null, problem) : (new GenerationJob(request, model), null);
    }
}
