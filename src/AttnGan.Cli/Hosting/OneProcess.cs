using System.Globalization;

namespace AttnGan.Cli.Hosting;

/// <summary>
/// The program without libtorch and MPI: one process. Started as one of several, it asks for <see cref="TrainingProgram"/>.
/// </summary>
internal sealed class OneProcess : IRanks
{
    // Numbers of processes by Open MPI, MPICH and Slurm; attngan-train tells more of them.
    private static readonly string[] s_sizes = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"];

    public int Rank => 0;

    public int Size => 1;

    public int? Processors => null;

    public TextWriter Error => Console.Error;

    public string Prefix => "";

    public void Check(string[] command)
    {
        if (s_sizes.Any(name => int.TryParse(
            Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 1))
        {
            throw new TrainingRequiredException("A command that several ranks share");
        }
    }

    public void Join()
    {
    }

    public IReadOnlyList<byte[]> Exchange(byte[] bytes) => [bytes];

    public void Leave()
    {
    }

    public int Fail(Exception? error, Func<int> report) => report();
}
