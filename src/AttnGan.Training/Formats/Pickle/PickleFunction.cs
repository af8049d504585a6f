namespace AttnGan.Training.Formats.Pickle;

/// <summary>
/// Our replacement for an allowed Python callable. It builds plain data from the arguments, and throws
/// <see cref="FormatException"/> if the Python callable would not accept them.
/// </summary>
internal sealed record PickleFunction(string Name, Func<PickleTuple, object?> Invoke);
