namespace AttnGan.Server.Errors;

/// <summary>Thrown when the server shuts down before a request is answered.</summary>
internal sealed class StoppingException() : Exception("The server is shutting down.");
