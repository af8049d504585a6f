namespace AttnGan;

/// <summary>
/// An error that the user can fix: invalid input, a damaged file, an option out of range. The message states what failed, what was
/// given, what was expected and what to do; programs print it without a stack trace.
/// </summary>
/// <param name="message">The message for the user.</param>
/// <param name="inner">The cause; null if there is none.</param>
public class AttnGanException(string message, Exception? inner = null) : Exception(message, inner);
