using AttnGan.Server.Configuration;
using AttnGan.Server.Images;
using Microsoft.Net.Http.Headers;

namespace AttnGan.Server.Http;

/// <summary>Allows web pages of configured origins to call the API from a browser. No page of another origin can by default.</summary>
internal static class Cors
{
    public const string Policy = "pages";

    public static void AddCors(this IServiceCollection services, ServerOptions options)
    {
        if (options.CorsOrigins.Count == 0)
        {
            return;
        }

        services.AddCors(cors => cors.AddPolicy(Policy, policy =>
        {
            _ = options.CorsOrigins.Contains("*") ? policy.AllowAnyOrigin() : policy.WithOrigins([.. options.CorsOrigins]);
            // Keys are headers that pages set themselves; there are no cookies.
            policy.AllowAnyHeader().WithMethods(HttpMethods.Get, HttpMethods.Post)
                .WithExposedHeaders([.. ImageResponseHeaders.Names, HeaderNames.RetryAfter]);
        }));
    }
}
