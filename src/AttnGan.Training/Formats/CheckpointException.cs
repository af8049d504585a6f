namespace AttnGan.Training.Formats;

/// <summary>A file of weights that is damaged, or that does not fit what it is loaded into.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : AttnGanException(message, inner);
