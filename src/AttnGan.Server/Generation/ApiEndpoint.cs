namespace AttnGan.Server.Generation;

/// <summary>Endpoint metadata of the API: its requests are answered before a graceful shutdown ends.</summary>
internal sealed record ApiEndpoint;
