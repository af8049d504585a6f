namespace AttnGan.Training.Formats;

/// <summary>Thrown when a weight file is damaged, or does not match the network it is loaded into.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : AttnGanException(message, inner);
