using System.Net;

namespace AttnGan.Server.Configuration;

/// <summary>
/// Checks an address to listen on. Where the host of an address is not an IP address, the web server would listen on all addresses of the
/// machine, and it reports most other mistakes only with a stack trace.
/// </summary>
internal static class ListenAddress
{
    private const string NotAnAddress =
        "is not an address; expected http:// or https://, a host and a port, such as http://127.0.0.1:5080";

    private static readonly string[] s_schemes = ["http", "https"];

    /// <summary>Returns the problem of an address, which completes a sentence that starts with it; null if it has none.</summary>
    public static string? ProblemOf(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return NotAnAddress;
        }

        if (!s_schemes.Contains(address.Scheme, StringComparer.OrdinalIgnoreCase))
        {
            return NotAnAddress;
        }

        if (address.IsUnixPipe)
        {
            return null;
        }

        bool isLocalhost = address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        return address.Host.Length == 0 ? NotAnAddress
            : address.PathBase.Length > 0 ? $"has the path {address.PathBase}; the server can only be at the root of an address"
            : !isLocalhost && address.Host is not ("*" or "+") && !IPAddress.TryParse(address.Host, out _)
                ? $"has the host \"{address.Host}\"; expected an IP address, localhost, or * for all addresses of this machine"
            : address.Port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort
                ? $"has the port {address.Port}; expected 0 to {IPEndPoint.MaxPort}"
            : isLocalhost && address.Port == 0 ? "has port 0, which localhost cannot have; use http://127.0.0.1:0 for any free port"
            : null;
    }
}
