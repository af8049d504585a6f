namespace AttnGan.Training.Formats.Pickle;

/// <summary>
/// What stands for a whitelisted Python callable. It builds plain data from the arguments and throws <see cref="FormatException"/>
/// with the reason if they are not what the Python callable takes.
/// </summary>
internal sealed record PickleFunction(string Name, Func<PickleTuple, object?> Invoke);
