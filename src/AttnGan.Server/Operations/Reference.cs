using AttnGan.Server.Http;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AttnGan.Server.Operations;

/// <summary>
/// The OpenAPI document (<c>/openapi/v1.json</c>) and the API reference page (<c>/reference</c>), which loads nothing from other hosts.
/// </summary>
internal static class Reference
{
    private const string Document = "v1";
    private const string Bearer = "Bearer";

    public static void AddReference(this IServiceCollection services, string version) => services.AddOpenApi(Document, options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "AttnGAN",
                Version = version,
                Description = "Generates images from captions, with the attention of each image region to each word. Errors are problem " +
                    "details (RFC 9457).",
            };
            // Clients use the address that they read the document from.
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.AddComponent<IOpenApiSecurityScheme>(ApiKeyGuard.Header, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyGuard.Header,
                Description = "Required if the server is configured with API keys.",
            });
            document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The API key in the Authorization header, in place of X-Api-Key.",
            });
            // Lists no key and keys as alternatives, because the document is the same for all configurations.
            document.Security =
            [
                new(),
                new() { [new OpenApiSecuritySchemeReference(ApiKeyGuard.Header, document)] = [] },
                new() { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] },
            ];
            return Task.CompletedTask;
        }));

    public static void MapReference(this IEndpointRouteBuilder app)
    {
        // Only the version that exists: other names get the problem details of any unknown path.
        app.MapOpenApi($"/openapi/{{documentName:regex(^{Document}$)}}.json");
        app.MapScalarApiReference("/reference", options => options
            .WithTitle("AttnGAN API reference")
            .WithOpenApiRoutePattern($"/openapi/{Document}.json")
            .WithNonce()
            .DisableDefaultFonts()
            .HideClientButton()
            .HideDeveloperTools()
            .DisableAgent()
            .DisableMcp());
    }
}
