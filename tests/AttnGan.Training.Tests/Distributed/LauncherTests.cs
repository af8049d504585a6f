using AttnGan.Training.Distributed;

namespace AttnGan.Training.Tests.Distributed;

public sealed class LauncherTests
{
    [Fact]
    public void A_process_without_a_launcher_is_alone()
    {
        Assert.Null(Detect());
        Assert.Null(Detect(("OMPI_COMM_WORLD_RANK", "0"), ("OMPI_COMM_WORLD_SIZE", "1")));
        Assert.Null(Detect(("PMI_RANK", "x"), ("PMI_SIZE", "2")));
    }

    [Fact]
    public void A_batch_script_of_Slurm_is_alone() => Assert.Null(Detect(("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4")));

    [Fact]
    public void Each_launcher_is_recognized()
    {
        Launcher openMpi = Detect(
            ("OMPI_COMM_WORLD_RANK", "3"), ("OMPI_COMM_WORLD_SIZE", "4"), ("OMPI_COMM_WORLD_LOCAL_RANK", "1"),
            ("OMPI_COMM_WORLD_LOCAL_SIZE", "2"), ("SLURM_PROCID", "0"), ("SLURM_STEP_NUM_TASKS", "2"))!;
        Assert.Equal((3, 4, 1, 2, false), (openMpi.Rank, openMpi.Size, openMpi.LocalRank, openMpi.LocalSize, openMpi.PrefersMpich));

        Launcher mpich = Detect(("PMI_RANK", "1"), ("PMI_SIZE", "2"), ("MPI_LOCALRANKID", "1"), ("MPI_LOCALNRANKS", "2"))!;
        Assert.Equal((1, 2, 1, 2, true), (mpich.Rank, mpich.Size, mpich.LocalRank, mpich.LocalSize, mpich.PrefersMpich));

        Launcher slurm = Detect(
            ("SLURM_PROCID", "2"), ("SLURM_STEP_NUM_TASKS", "7"), ("SLURM_LOCALID", "0"), ("SLURM_STEP_TASKS_PER_NODE", "2(x3),1"))!;
        Assert.Equal(("srun", 2, 7, 0, 2), (slurm.Name, slurm.Rank, slurm.Size, slurm.LocalRank, slurm.LocalSize));
        Assert.Equal("srun (PMIx)", Detect(("PMIX_RANK", "1"), ("SLURM_PROCID", "1"), ("SLURM_STEP_NUM_TASKS", "2"))!.Name);
    }

    private static Launcher? Detect(params (string Name, string Value)[] variables) =>
        Launcher.Detect(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
