namespace AttnGan.Text;

/// <summary>A word of a caption that is not in the vocabulary, and the known word that the model reads it as.</summary>
/// <param name="Word">The word of the caption.</param>
/// <param name="Known">The word of the vocabulary.</param>
public sealed record WordReading(string Word, string Known)
{
    /// <summary>Returns "puppy, read as dog".</summary>
    public override string ToString() => $"{Word}, read as {Known}";
}
