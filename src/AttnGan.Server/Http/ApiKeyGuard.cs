using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Generation;
using Microsoft.Extensions.Primitives;

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
        if (_keys.Length == 0 || SentKey(request) is not { } key)
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

        metrics.KeyRefused(isMissing: SentKey(context.Request) is null);
        return Problems.Unauthorized(context).ExecuteAsync(context);
    }

    /// <summary>
    /// Returns the key that a request sends: in X-Api-Key, or else in Authorization, as OpenAI's clients do with Bearer, and clients of
    /// Automatic1111 as the password of Basic. Null if it has none.
    /// </summary>
    private static string? SentKey(HttpRequest request)
    {
        if (request.Headers.TryGetValue(Header, out StringValues keys))
        {
            return keys is [{ } key] ? key : "";
        }

        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out AuthenticationHeaderValue? authorization)
            || authorization.Parameter is not { Length: > 0 } parameter)
        {
            return null;
        }

        return authorization.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? parameter
            : authorization.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? PasswordOf(parameter)
            : null;
    }

    /// <summary>Returns the password of <c>user:password</c> in base64; empty if it is damaged.</summary>
    private static string PasswordOf(string credentials)
    {
        byte[] bytes = new byte[credentials.Length];
        return Convert.TryFromBase64String(credentials, bytes, out int length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
                ? password
                : "";
    }
}
