namespace AttnGan.Training.Distributed;

/// <summary>The launcher that started this process as one of several ranks, as its environment variables describe it.</summary>
/// <param name="Name">The launcher's name for messages.</param>
/// <param name="Rank">The rank of this process, from 0.</param>
/// <param name="Size">Number of ranks.</param>
/// <param name="LocalRank">The rank among those on this machine, from 0.</param>
/// <param name="LocalSize">Number of ranks on this machine.</param>
/// <param name="PrefersMpich">True for a launcher of the MPICH family.</param>
internal sealed record Launcher(string Name, int Rank, int Size, int LocalRank, int LocalSize, bool PrefersMpich)
{
    // Open MPI's variables first: within a Slurm job, its launcher sets them beside Slurm's own. A batch script of Slurm has a rank and a
    // number of tasks but no step, which is what `srun` starts.
    private static readonly Family[] s_families =
    [
        new("mpirun (Open MPI)", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
            "OMPI_COMM_WORLD_LOCAL_SIZE"),
        new("mpirun (MPICH)", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", IsMpich: true),
        new("srun (PMIx)", "PMIX_RANK", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"),
        new("srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"),
    ];

    /// <summary>Returns the launcher of this process; null if it was started alone.</summary>
    public static Launcher? Detect() => Detect(Environment.GetEnvironmentVariable);

    /// <param name="variable">Returns the value of an environment variable, or null.</param>
    internal static Launcher? Detect(Func<string, string?> variable)
    {
        foreach (Family family in s_families)
        {
            if (Number(family.Rank) is { } rank && Number(family.Size) is { } size && size > 1)
            {
                return new Launcher(
                    family.Name, rank, size, Number(family.LocalRank) ?? 0, Math.Max(1, Number(family.LocalSize) ?? 1), family.IsMpich);
            }
        }

        return null;

        // Slurm describes the tasks of all machines, those of the first in front: "2(x3),1".
        int? Number(string name) =>
            int.TryParse(variable(name)?.Split('(', ',')[0], out int number) && number >= 0 ? number : null;
    }

    private sealed record Family(string Name, string Rank, string Size, string LocalRank, string LocalSize, bool IsMpich = false);
}
