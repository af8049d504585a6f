using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;

namespace AttnGan.Server.Http;

/// <summary>Refuses bodies whose Content-Length exceeds the limit; the web server cuts off bodies without one.</summary>
internal sealed class BodyLimit(ServerOptions options)
{
    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (!(context.Request.ContentLength > options.MaxBodySize))
        {
            return next(context);
        }

        // The body is not read, so the connection cannot be reused, and the client must know that.
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        return Problems.BodyTooLarge(options.MaxBodySize).ExecuteAsync(context);
    }
}
