namespace AttnGan.Training.Data;

/// <summary>Severity of a problem in a dataset.</summary>
public enum ProblemSeverity
{
    /// <summary>Training can start, but the user should look at it.</summary>
    Warning,

    /// <summary>Training rejects the dataset until this is fixed.</summary>
    Error,
}
