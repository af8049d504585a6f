using Microsoft.Net.Http.Headers;

namespace AttnGan.Server.Images;

/// <summary>In which form a client wants the answer.</summary>
internal static class Representation
{
    public const string Json = "application/json";
    public const string Multipart = "multipart/mixed";

    /// <summary>
    /// The form that the Accept header likes best, the first of equals; the first form where there is no header, null where it allows
    /// none of them.
    /// </summary>
    public static string? Choose(HttpRequest request, params ReadOnlySpan<string> forms)
    {
        IList<MediaTypeHeaderValue> accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
        {
            return forms[0];
        }

        (string? best, double quality) = (null, 0);
        foreach (string form in forms)
        {
            var type = new MediaTypeHeaderValue(form);
            // The most specific entry speaks for a form: `image/*, image/png;q=0` excludes PNG.
            double liking = accepted.Where(type.IsSubsetOf)
                .OrderByDescending(entry => entry.MatchesAllTypes ? 0 : entry.MatchesAllSubTypes ? 1 : 2)
                .Select(entry => entry.Quality ?? 1)
                .FirstOrDefault();
            if (liking > quality)
            {
                (best, quality) = (form, liking);
            }
        }

        return best;
    }
}
