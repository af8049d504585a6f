using System.Security.Cryptography;
using System.Text;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;

namespace AttnGan.Server.Http;

/// <summary>Lets only clients with a key to the API and the metrics, where keys are set. The page and the probes are open to all.</summary>
internal sealed class ApiKeyGuard(ServerOptions options)
{
    public const string Header = "X-Api-Key";

    // Hashes of one length: comparing them says nothing of the keys, not even how long they are.
    private readonly byte[][] _keys = [.. options.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    /// <summary>Which of the keys a request brings, from 0; -1 for none of them.</summary>
    public int KeyOf(HttpRequest request)
    {
        if (_keys.Length == 0 || request.Headers[Header] is not [{ } given])
        {
            return -1;
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(given));
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

    public Task GuardAsync(HttpContext context, RequestDelegate next) =>
        _keys.Length > 0 && context.GetEndpoint()?.Metadata.GetMetadata<KeyRequired>() is not null && KeyOf(context.Request) < 0
            ? Problems.NoKey(context).ExecuteAsync(context)
            : next(context);
}

/// <summary>Marks what is open to clients with a key alone.</summary>
internal sealed record KeyRequired;
