using System.Diagnostics;

namespace AttnGan.Server.Generation;

/// <summary>
/// The spans of traces. A request has the spans <c>queue</c> (until its first batch starts), <c>generate</c> (one for each batch with
/// images of it) and <c>encode</c> (one for each file). A <c>batch</c> has images of several requests, so it is a trace of its own, to
/// which <c>generate</c> links. Captions are not recorded.
/// </summary>
internal static class GenerationTraces
{
    public const string SourceName = "AttnGan.Server";

    public const string Queue = "queue";
    public const string Batch = "batch";
    public const string Generate = "generate";
    public const string Encode = "encode";

    public const string ModelTag = "attngan.model";
    public const string ImagesTag = "attngan.images";
    public const string BatchSizeTag = "attngan.batch.size";
    public const string MediaTypeTag = "attngan.media_type";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Starts the span of a file; null if nobody listens.</summary>
    public static Activity? StartEncoding(string mediaType) =>
        Source.StartActivity(Encode)?.SetTag(MediaTypeTag, mediaType);
}
