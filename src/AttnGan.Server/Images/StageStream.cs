using System.Text.Json;
using System.Threading.Channels;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Server.Errors;
using AttnGan.Server.Models;
using AttnGan.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace AttnGan.Server.Images;

/// <summary>
/// A response of server-sent events: <c>stage</c> for each stage of each image, as soon as it is computed; at the end <c>done</c>, or
/// <c>problem</c> with problem details if generation failed.
/// </summary>
/// <param name="stages">The stages.</param>
/// <param name="requests">The images.</param>
/// <param name="truncation">The truncation of the request.</param>
/// <param name="format">Media type of the images.</param>
/// <param name="model">The model.</param>
internal sealed class StageStream(
    ChannelReader<GeneratedStage> stages,
    IReadOnlyList<GenerationRequest> requests,
    double? truncation,
    string format,
    LoadedModel model) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        JsonSerializerOptions json =
            httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var suggestions = new WordSuggestions(model.Vocabulary, httpContext.RequestAborted);
        response.ContentType = Representation.EventStream;
        response.Headers.CacheControl = "no-store";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await foreach (GeneratedStage stage in stages.ReadAllAsync(httpContext.RequestAborted))
            {
                await SendAsync("stage", Describe(stage, suggestions));
            }

            await SendAsync("done", new { Model = model.Name });
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The queue has logged it. The status is sent already.
            ProblemHttpResult problem = error is StoppingException
                ? Problems.Stopping(httpContext)
                : Problems.InternalError();
            await SendAsync("problem", problem.ProblemDetails);
        }

        async Task SendAsync<T>(string name, T data)
        {
            await response.Body.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"event: {name}\ndata: "), httpContext.RequestAborted);
            await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(data, json), httpContext.RequestAborted);
            await response.Body.WriteAsync("\n\n"u8.ToArray(), httpContext.RequestAborted);
            await response.Body.FlushAsync(httpContext.RequestAborted);
        }
    }

    private StageEvent Describe(GeneratedStage stage, WordSuggestions suggestions)
    {
        GenerationRequest request = requests[stage.Index];
        EncodedCaption caption = stage.Caption;

        // As in JSON responses, the last stage is the image's file, and has its metadata.
        ImageMetadata? metadata = stage.IsLast
            ? new ImageMetadata
            {
                Caption = request.Caption,
                Seed = request.Seed,
                Truncation = GenerationOptions.FiniteTruncation(truncation),
                Style = stage.Style,
                Model = model.Pipeline.Card.Name,
                Readings = GeneratedImage.TextOf(caption.Readings),
            }
            : null;
        return new StageEvent(
            stage.Index,
            stage.Stage,
            stage.IsLast,
            caption.Text,
            request.Seed,
            stage.Style,
            caption.Words,
            ReadingOfWord.Of(caption),
            suggestions.Of(caption),
            caption.Truncated,
            new StageImage(stage.Image.Width, format, ResponseImageFormat.Encode(stage.Image, format, metadata)),
            stage.Attention is null ? null : AttentionOfStage.Of(stage.Attention));
    }
}
