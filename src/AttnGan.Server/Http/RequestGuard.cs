using System.Text;
using AttnGan.Server.Errors;
using AttnGan.Server.Generation;
using Microsoft.Net.Http.Headers;

namespace AttnGan.Server.Http;

/// <summary>Refuses API requests that the framework would misread: unknown character sets and repeated query parameters.</summary>
internal static class RequestGuard
{
    /// <summary>Middleware.</summary>
    public static Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>() is null)
        {
            return next(context);
        }

        // The framework joins repeated values to one, or takes the first.
        if (context.Request.Query.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } repeated)
        {
            return Problems.RepeatedParameter(repeated).ExecuteAsync(context);
        }

        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type)
            && HeaderUtilities.RemoveQuotes(type.Charset).Value is { Length: > 0 } charset)
        {
            if (!IsKnown(charset))
            {
                return Problems.UnknownCharset(charset).ExecuteAsync(context);
            }

            // The framework does not know quotes.
            type.Charset = charset;
            context.Request.ContentType = type.ToString();
        }

        return next(context);
    }

    private static bool IsKnown(string charset)
    {
        try
        {
            return Encoding.GetEncoding(charset) is not null;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
