namespace AttnGan.Cli.Hosting;

/// <summary>Thrown by the program without libtorch for what only <see cref="TrainingProgram"/> can do.</summary>
/// <param name="subject">What needs that program, as the subject of a sentence.</param>
internal sealed class TrainingRequiredException(string subject) : AttnGanException(
    $"{subject} needs the program `{TrainingProgram.Name}`, which has libtorch. Install it (`dotnet tool install --global " +
    "AttnGan.Train.Cli`), or in a checkout run `dotnet run -c Release --project src/AttnGan.Train.Cli --` in place of `attngan`.");
