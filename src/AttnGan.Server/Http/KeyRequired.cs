namespace AttnGan.Server.Http;

/// <summary>Endpoint metadata: requests need an API key if keys are configured.</summary>
internal sealed record KeyRequired;
