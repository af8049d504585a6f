namespace AttnGan.Tests.Shared;

/// <summary>The launchers of MPI installations, as Debian names them. Tests are skipped where one is missing.</summary>
internal static class MpiLauncher
{
    public const string OpenMpi = "mpirun.openmpi";
    public const string Mpich = "mpirun.mpich";

    /// <summary>Environment variables for machines without a user other than root, and with fewer processors than ranks.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>
    {
        ["OMPI_ALLOW_RUN_AS_ROOT"] = "1",
        ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1",
        ["OMPI_MCA_rmaps_base_oversubscribe"] = "1",
        ["OMPI_MCA_hwloc_base_binding_policy"] = "none",
        ["OMPI_MCA_mpi_yield_when_idle"] = "1",
        ["OMPI_MCA_odls_base_sigkill_timeout"] = "10",
    };

    /// <summary>Skips a test where a launcher is not installed.</summary>
    public static void Require(string launcher)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(
            folders.Any(folder => File.Exists(Path.Combine(folder, launcher))),
            $"`{launcher}` is not installed (Debian: {(launcher == OpenMpi ? "openmpi-bin" : "mpich")}).");
    }
}
