using Microsoft.Net.Http.Headers;

namespace AttnGan.Server.Images;

/// <summary>Content negotiation.</summary>
internal static class Representation
{
    public const string Json = "application/json";
    public const string Multipart = "multipart/mixed";
    public const string EventStream = "text/event-stream";

    /// <summary>
    /// Returns the media type that the Accept header prefers; the first one on ties and without a header. Returns null if the header
    /// allows none of them.
    /// </summary>
    public static string? Negotiate(HttpRequest request, params ReadOnlySpan<string> mediaTypes)
    {
        IList<MediaTypeHeaderValue> accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
        {
            return mediaTypes[0];
        }

        (string? best, double bestQuality) = (null, 0);
        foreach (string mediaType in mediaTypes)
        {
            var type = new MediaTypeHeaderValue(mediaType);
            // The most specific entry applies: `image/*, image/png;q=0` excludes PNG.
            double quality = accepted.Where(type.IsSubsetOf)
                .OrderByDescending(entry => entry.MatchesAllTypes ? 0 : entry.MatchesAllSubTypes ? 1 : 2)
                .Select(entry => entry.Quality ?? 1)
                .FirstOrDefault();
            if (quality > bestQuality)
            {
                (best, bestQuality) = (mediaType, quality);
            }
        }

        return best;
    }
}
