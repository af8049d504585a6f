namespace AttnGan.Server.Http;

/// <summary>Endpoint metadata: pages of other hosts may show the response, as an image.</summary>
internal sealed record EmbeddableElsewhere;
