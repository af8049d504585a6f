namespace AttnGan.Server.Logging;

/// <summary>The server's log messages. Captions are never logged.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Images} images of {Model} failed.")]
    public static partial void BatchFailed(ILogger logger, Exception error, int images, string model);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed.")]
    public static partial void RequestFailed(ILogger logger, Exception error, string method, string? endpoint);

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded {Model}: {Size} pixels, {Words} words.")]
    public static partial void ModelLoaded(ILogger logger, string model, int size, int words);

    [LoggerMessage(Level = LogLevel.Error, Message = "The model {Model} cannot be loaded: {Reason}")]
    public static partial void ModelFailed(ILogger logger, string model, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Shutting down after {Requests} running requests are answered.")]
    public static partial void Draining(ILogger logger, int requests);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The shutdown timeout expired with {Requests} requests unanswered.")]
    public static partial void NotDrained(ILogger logger, int requests);
}
