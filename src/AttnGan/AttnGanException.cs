namespace AttnGan;

/// <summary>
/// Something the user can mend: bad input, a damaged file, an impossible option. The message says what failed, what was given,
/// what was expected and what to do; programs print it without a stack trace.
/// </summary>
public class AttnGanException(string message, Exception? inner = null) : Exception(message, inner);
