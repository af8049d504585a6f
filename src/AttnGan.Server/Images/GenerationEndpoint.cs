using AttnGan.Generation;
using AttnGan.Server.Errors;
using AttnGan.Server.Models;
using AttnGan.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Images;

/// <summary>The steps that all endpoints that generate images share.</summary>
internal static class GenerationEndpoint
{
    /// <summary>Describes the errors of an endpoint that generates images.</summary>
    public static RouteHandlerBuilder ProducesGenerationProblems(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status406NotAcceptable)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Loads the model of a request and checks the request against it, before the request enters the queue.</summary>
    /// <param name="catalog">The models.</param>
    /// <param name="request">The request.</param>
    /// <param name="errors">The errors found so far; if there are any, no model is loaded.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <returns>Either the model, or the problem to respond with.</returns>
    public static async Task<(LoadedModel? Model, ProblemHttpResult? Problem)> LoadModelAsync(
        this ModelCatalog catalog, IModelRequest request, RequestErrors errors, CancellationToken aborted)
    {
        if (errors.Any)
        {
            return (null, errors.ToResult());
        }

        if (catalog.Find(request.Model) is not { } served)
        {
            return (null, Problems.UnknownModel(request.Model!, catalog.Names));
        }

        LoadedModel model = await served.LoadAsync();
        errors.CheckOptions(new GenerationOptions { Size = request.Size, Style = request.Style }, model.Pipeline);
        if (errors.Any)
        {
            return (null, errors.ToResult());
        }

        EncodedCaption? unknown = request.AllCaptions()
            .Select(caption => model.Captions.Encode(caption, request.StrictWords))
            .FirstOrDefault(caption => caption.Ids.Count == 0);
        return unknown is null
            ? (model, null)
            : (null, Problems.NoKnownWord(unknown, new WordSuggestions(model.Vocabulary, aborted).Of(unknown)));
    }
}
