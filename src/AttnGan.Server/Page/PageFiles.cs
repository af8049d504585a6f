using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace AttnGan.Server.Page;

/// <summary>The page: the files of <c>wwwroot</c>, embedded in the assembly.</summary>
internal static class PageFiles
{
    private const string Folder = "wwwroot/";
    private const string Index = "index.html";

    // Browsers revalidate their copies, so that a new version of the server serves its new page at once.
    private const string CacheControl = "no-cache";

    public static void MapPage(this IEndpointRouteBuilder app)
    {
        var types = new FileExtensionContentTypeProvider();
        foreach ((string path, byte[] content) in Read())
        {
            string contentType = types.TryGetContentType(path, out string? type) ? type : "application/octet-stream";
            contentType = contentType.StartsWith("text/", StringComparison.Ordinal) ? $"{contentType}; charset=utf-8" : contentType;
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"");
            string[] routes = path == Index ? ["/", $"/{Index}"] : [$"/{path}"];
            foreach (string route in routes)
            {
                app.MapMethods(route, [HttpMethods.Get, HttpMethods.Head], (HttpResponse response) =>
                {
                    response.Headers.CacheControl = CacheControl;
                    return TypedResults.File(content, contentType, entityTag: tag);
                }).ExcludeFromDescription();
            }
        }
    }

    /// <summary>Returns the files of the page with their relative paths.</summary>
    public static IEnumerable<(string Path, byte[] Content)> Read()
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using Stream file = assembly.GetManifestResourceStream(name)!;
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            yield return (name[Folder.Length..], content);
        }
    }
}
