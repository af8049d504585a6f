using AttnGan.Server.Http;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AttnGan.Server.Operations;

/// <summary><c>/openapi/v1.json</c>, and <c>/reference</c> for people. Its page takes everything from this server.</summary>
internal static class Reference
{
    private const string Document = "v1";

    public static void AddReference(this IServiceCollection services, string version) => services.AddOpenApi(Document, options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "AttnGAN",
                Version = version,
                Description = "Draws images from captions, and tells which words each part of them was drawn from. Errors are problem " +
                    "details (RFC 9457).",
            };
            // The description's own address is where it was read from.
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.AddComponent<IOpenApiSecurityScheme>(ApiKeyGuard.Header, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyGuard.Header,
                Description = "Where the server was set up with keys.",
            });
            // Either nothing or the key: which of them, the description cannot know.
            document.Security = [new(), new() { [new OpenApiSecuritySchemeReference(ApiKeyGuard.Header, document)] = [] }];
            return Task.CompletedTask;
        }));

    public static void MapReference(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference("/reference", options => options
            .WithTitle("AttnGAN: reference of the API")
            .WithOpenApiRoutePattern($"/openapi/{Document}.json")
            .WithNonce()
            .DisableDefaultFonts()
            .HideClientButton()
            .HideDeveloperTools()
            .DisableAgent()
            .DisableMcp());
    }
}
