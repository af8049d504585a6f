namespace AttnGan.Training.Data;

/// <summary>Thrown when an image cannot be decoded for a batch.</summary>
internal sealed class DamagedImageException(string message, Exception inner) : AttnGanException(message, inner);
