using Scalar.AspNetCore;

namespace AttnGan.Server.Http;

/// <summary>What every answer tells the browser not to do.</summary>
internal static class SecurityHeaders
{
    private const string Everywhere = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    private const string Policy = $"default-src 'self'; img-src 'self' data: blob:; {Everywhere}";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // As the answer starts: whoever handles an error takes off the headers that were there before.
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.ContentSecurityPolicy = PolicyOf(context);
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>
    /// The reference page alone, which is not ours, sets styles from its script and starts with a script of its own, which a number
    /// used once lets in. It holds nothing but the API's description.
    /// </summary>
    private static string PolicyOf(HttpContext context) => context.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce
        ? $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; {Everywhere}"
        : Policy;
}
