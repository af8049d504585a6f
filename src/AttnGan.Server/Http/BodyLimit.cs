using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;

namespace AttnGan.Server.Http;

/// <summary>Refuses bodies that say themselves that they are too long; the web server cuts off those that do not say.</summary>
internal sealed class BodyLimit(ServerOptions options)
{
    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (!(context.Request.ContentLength > options.MaxBodySize))
        {
            return next(context);
        }

        // The body is not read, so the connection ends with this answer: a client that was not told would send its next request into it.
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        return Problems.BodyTooLong(options.MaxBodySize).ExecuteAsync(context);
    }
}
