using System.ComponentModel;

namespace AttnGan.Server.Errors;

/// <summary>A word that is not in the model's vocabulary, with suggestions.</summary>
internal sealed record UnknownWord(
    [property: Description("The word in lower case.")] string Word,
    [property: Description("Similar known words, the most similar first.")] IReadOnlyList<string> Suggestions);
