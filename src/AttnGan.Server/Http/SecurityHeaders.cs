using Scalar.AspNetCore;

namespace AttnGan.Server.Http;

/// <summary>Adds the security headers to every response.</summary>
internal static class SecurityHeaders
{
    private const string Everywhere = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    private const string Policy = $"default-src 'self'; img-src 'self' data: blob:; {Everywhere}";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // Set when the response starts, because the exception handler clears earlier headers.
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.ContentSecurityPolicy = PolicyOf(context);
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            bool isEmbeddable = context.GetEndpoint()?.Metadata.GetMetadata<EmbeddableElsewhere>() is not null;
            headers["Cross-Origin-Resource-Policy"] = isEmbeddable ? "cross-origin" : "same-origin";
            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>
    /// Returns the content security policy. Only the API reference page, which is third-party, needs another one: it sets styles from
    /// its script and has an inline script, which a nonce allows. It contains only the OpenAPI document.
    /// </summary>
    private static string PolicyOf(HttpContext context) => context.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce
        ? $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; " +
            $"img-src 'self' data: blob:; {Everywhere}"
        : Policy;
}
