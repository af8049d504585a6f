using System.Globalization;
using System.Threading.RateLimiting;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Generation;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace AttnGan.Server.Http;

/// <summary>Limits the API requests, and guesses of a key, per client. Clients are identified by API key, or else by IP address.</summary>
internal static class RateLimits
{
    public const string Policy = "client";

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddRateLimiter();
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>, LimitClients>();
    }

    private sealed class LimitClients(ServerOptions settings, ApiKeyGuard keys) : IConfigureOptions<RateLimiterOptions>
    {
        public void Configure(RateLimiterOptions options)
        {
            options.AddPolicy(Policy, PartitionOf);
            options.OnRejected = (context, _) => new ValueTask(Problems.TooManyRequests(
                context.HttpContext,
                context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter) ? retryAfter : s_window,
                settings.RateLimit).ExecuteAsync(context.HttpContext));
        }

        // Only guesses of a key count outside of the API: with a key, metrics are not limited.
        private RateLimitPartition<string> PartitionOf(HttpContext context) =>
            context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>() is null && keys.KeyOf(context.Request) >= 0
                ? RateLimitPartition.GetNoLimiter("metrics")
                : RateLimitPartition.GetFixedWindowLimiter(
                    ClientOf(context), _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.RateLimit, Window = s_window });

        private string ClientOf(HttpContext context) => keys.KeyOf(context.Request) is >= 0 and int key
            ? key.ToString(CultureInfo.InvariantCulture)
            : $"{context.Connection.RemoteIpAddress}";
    }
}
