using System.Runtime.CompilerServices;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using Microsoft.Net.Http.Headers;

namespace AttnGan.Server.Mcp;

/// <summary>
/// <c>/mcp</c>: the tools over HTTP, without sessions, so that each replica can answer each request. Methods are not inlined: a server
/// without the endpoint does not load the assemblies of the protocol.
/// </summary>
internal static class McpEndpoint
{
    private const string Path = "/mcp";

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AddMcpEndpoint(this IServiceCollection services) =>
        services.AddTools().WithHttpTransport(transport => transport.Stateless = true);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void MapMcpEndpoint(this RouteGroupBuilder api) => api.MapMcp(Path);

    /// <summary>
    /// Middleware that refuses requests of web pages of other origins, as the protocol demands: a page whose host name leads to this
    /// machine could otherwise use a server that only listens locally.
    /// </summary>
    public static Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        IReadOnlyList<string> allowed = context.RequestServices.GetRequiredService<ServerOptions>().CorsOrigins;
        return context.Request.Path.StartsWithSegments(Path)
            && context.Request.Headers.TryGetValue(HeaderNames.Origin, out Microsoft.Extensions.Primitives.StringValues origin)
            && !allowed.Contains("*")
            && !allowed.Contains(origin.ToString(), StringComparer.OrdinalIgnoreCase)
                ? Problems.ForbiddenOrigin(origin.ToString()).ExecuteAsync(context)
                : next(context);
    }
}
