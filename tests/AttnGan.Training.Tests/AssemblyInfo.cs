// The engine's random generator and its number of threads belong to the process: tests that seed or draw must not overlap.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
