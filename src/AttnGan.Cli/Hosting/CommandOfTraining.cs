using System.CommandLine;

namespace AttnGan.Cli.Hosting;

/// <summary>A command that only <see cref="TrainingProgram"/> has; help lists it.</summary>
internal sealed class CommandOfTraining(string name, string description) : Command(name, description)
{
    /// <summary>Returns the exception that hands over to that program.</summary>
    public TrainingRequiredException Required() => new($"`attngan {Name}`");
}
