using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;

namespace AttnGan.Server.Http;

/// <summary>Refuses bodies that say themselves that they are too long; the web server cuts off those that do not say.</summary>
internal sealed class BodyLimit(ServerOptions options)
{
    public Task GuardAsync(HttpContext context, RequestDelegate next) => context.Request.ContentLength > options.MaxBodySize
        ? Problems.BodyTooLong(options.MaxBodySize).ExecuteAsync(context)
        : next(context);
}
