namespace AttnGan.Generation;

/// <summary>A generation option that is out of range.</summary>
/// <param name="Option">The name of the property of <see cref="GenerationOptions"/>.</param>
/// <param name="Message">A sentence: the value given, and what is expected.</param>
internal readonly record struct OptionProblem(string Option, string Message);
