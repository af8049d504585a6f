using System.Security.Cryptography;
using System.Text;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Http;

/// <summary>Protects the API and the metrics if keys are configured. The page and the probes remain open.</summary>
internal sealed class ApiKeyGuard(ServerOptions options, GenerationMetrics metrics)
{
    public const string Header = "X-Api-Key";

    // Hashes have equal length, so the constant-time comparison does not reveal the length of a key.
    private readonly byte[][] _keys = [.. options.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    /// <summary>Returns the index of the request's key, or -1 if it has no valid key.</summary>
    public int KeyOf(HttpRequest request)
    {
        if (_keys.Length == 0 || request.Headers[Header] is not [{ } key])
        {
            return -1;
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        int found = -1;
        for (int i = 0; i < _keys.Length; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, _keys[i]))
            {
                found = i;
            }
        }

        return found;
    }

    /// <summary>Middleware that refuses requests without a valid key.</summary>
    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (_keys.Length == 0 || context.GetEndpoint()?.Metadata.GetMetadata<KeyRequired>() is null || KeyOf(context.Request) >= 0)
        {
            return next(context);
        }

        metrics.KeyRefused(isMissing: !context.Request.Headers.ContainsKey(Header));
        return Problems.Unauthorized(context).ExecuteAsync(context);
    }
}
