using AttnGan.Generation;

namespace AttnGan.Server.Configuration;

/// <summary>How the server draws, and what it allows. <see cref="ServerSettings"/> says where the values come from.</summary>
internal sealed record ServerOptions
{
    /// <summary>Addresses to listen at, separated by semicolons.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:5080";

    /// <summary>The model that draws where a request names none; null for the bundled one.</summary>
    public string? Model { get; init; }

    /// <summary>A folder of model packages, each loaded when it is first asked for.</summary>
    public string? Models { get; init; }

    /// <summary>Threads that one drawing uses; 0 for one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>Images drawn at once, of whatever requests; at least 1.</summary>
    public int MaxBatchSize { get; init; } = 8;

    /// <summary>How long a batch that is not full waits for more images.</summary>
    public TimeSpan BatchWait { get; init; }

    /// <summary>Images of a model that may wait to be drawn.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Longest caption, in UTF-16 code units.</summary>
    public int MaxCaptionLength { get; init; } = 500;

    /// <summary>Captions of one request.</summary>
    public int MaxCaptions { get; init; } = 16;

    /// <summary>Images of one request, those of all its captions together.</summary>
    public int MaxImages { get; init; } = 64;

    /// <summary>Frames of one interpolation; at least 2.</summary>
    public int MaxFrames { get; init; } = 60;

    /// <summary>Longest request body in bytes.</summary>
    public int MaxBodySize { get; init; } = 64 * 1024;

    /// <summary>Requests that a client may make in a minute; 0 for any number.</summary>
    public int RateLimit { get; init; }

    /// <summary>What clients must send as <c>X-Api-Key</c>; several are separated by commas. Null lets everybody in.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether a proxy's X-Forwarded-For and X-Forwarded-Proto say who the client is.</summary>
    public bool ForwardedHeaders { get; init; }

    /// <summary>How long a server that is told to stop goes on answering what it has begun.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The keys of <see cref="ApiKey"/>; empty where everybody is let in.</summary>
    public IReadOnlyList<string> ApiKeys =>
        ApiKey?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>How a model is loaded.</summary>
    public PipelineOptions Pipeline => new() { Threads = Threads, BatchSize = MaxBatchSize };

    /// <summary>All that is wrong with the values, each with the setting's name.</summary>
    public IEnumerable<string> Problems()
    {
        string[] urls = Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (urls.Length == 0)
        {
            yield return "`urls` is empty; give an address such as http://127.0.0.1:5080.";
        }

        foreach (string url in urls.Where(url => !IsAddress(url)))
        {
            yield return $"`urls`: \"{url}\" is no address; expected http:// or https://, a host and a port, such as http://127.0.0.1:5080.";
        }

        (string Name, int Value, int Minimum)[] numbers =
        [
            ("threads", Threads, 0), ("max-batch-size", MaxBatchSize, 1), ("queue-length", QueueLength, 1),
            ("max-caption-length", MaxCaptionLength, 1), ("max-captions", MaxCaptions, 1), ("max-images", MaxImages, 1),
            ("max-frames", MaxFrames, 2), ("max-body-size", MaxBodySize, 1), ("rate-limit", RateLimit, 0),
        ];
        foreach ((string name, int value, int minimum) in numbers.Where(number => number.Value < number.Minimum))
        {
            yield return $"`{name}` is {value}; expected at least {minimum}.";
        }

        int most = Math.Max(MaxImages, MaxFrames);
        if (QueueLength >= 1 && QueueLength < most)
        {
            yield return $"`queue-length` is {QueueLength}, which leaves no room for a request of {most} images " +
                "(`max-images`, `max-frames`); make it longer, or allow fewer.";
        }

        if (BatchWait < TimeSpan.Zero || BatchWait > TimeSpan.FromSeconds(1))
        {
            yield return $"`batch-wait` is {BatchWait.TotalMilliseconds} ms; expected 0 to 1000.";
        }

        if (ShutdownTimeout < TimeSpan.Zero || ShutdownTimeout > TimeSpan.FromHours(1))
        {
            yield return $"`shutdown-timeout` is {ShutdownTimeout.TotalSeconds} s; expected 0 to 3600.";
        }

        if (ApiKey is not null && ApiKeys.Count == 0)
        {
            yield return "`api-key` is empty; give a key, or leave it out to let everybody in.";
        }

        if (Models is not null && !Directory.Exists(Models))
        {
            yield return $"`models`: there is no folder `{Models}`.";
        }

        if (Model is not null && !File.Exists(Model))
        {
            yield return $"`model`: there is no file `{Model}`.";
        }
    }

    private static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https", Host.Length: > 0 };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
