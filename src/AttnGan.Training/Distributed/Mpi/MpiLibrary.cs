using System.Runtime.InteropServices;
using System.Text;

namespace AttnGan.Training.Distributed.Mpi;

/// <summary>
/// The MPI functions that a training needs, on the communicator of all ranks. Implementations differ in their binary interface: handles
/// are addresses in Open MPI (<see cref="OpenMpi"/>) and integers in MPICH (<see cref="Mpich"/>).
/// </summary>
internal abstract unsafe class MpiLibrary
{
    /// <summary>The environment variable with the path of a library.</summary>
    public const string PathVariable = "ATTNGAN_MPI";

    private const int MaxVersionLength = 8192; // MPICH's MPI_MAX_LIBRARY_VERSION_STRING, the longest

    private const int Multiple = 3; // MPI_THREAD_MULTIPLE: several threads may call at the same time

    private static readonly string[] s_openMpi = ["libmpi.so.40", "libmpi.so"];
    private static readonly string[] s_mpich = ["libmpich.so.12", "libmpi.so.12", "libmpich.so"];

    private readonly nint _library;

    protected MpiLibrary(nint library) => _library = library;

    /// <summary>Name and version of the library, which may be asked for before <see cref="Initialize"/>.</summary>
    public string Version
    {
        get
        {
            byte* text = stackalloc byte[MaxVersionLength];
            int length;
            Check(((delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version"))(text, &length), "MPI_Get_library_version");
            return Encoding.UTF8.GetString(text, length).Split('\n', ',')[0].Replace('\t', ' ').Trim();
        }
    }

    public abstract int Rank { get; }

    public abstract int Size { get; }

    /// <summary>True if a second thread may exchange messages while the first does: those that begin with Begin.</summary>
    public bool HasBackground { get; private set; }

    /// <summary>Loads the library of the launcher, or the one that <see cref="PathVariable"/> names.</summary>
    /// <exception cref="AttnGanException">There is none.</exception>
    public static MpiLibrary Load(Launcher launcher)
    {
        string? named = Environment.GetEnvironmentVariable(PathVariable);
        string[] candidates = !string.IsNullOrEmpty(named) ? [named]
            : launcher.PrefersMpich ? [.. s_mpich, .. s_openMpi] : [.. s_openMpi, .. s_mpich];
        foreach (string candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out nint library))
            {
                return NativeLibrary.TryGetExport(library, OpenMpi.WorldSymbol, out _) ? new OpenMpi(library) : new Mpich(library);
            }
        }

        throw new AttnGanException(
            $"{launcher.Name} started {launcher.Size} ranks, but no MPI library can be loaded (tried {string.Join(", ", candidates)}). " +
            $"Install the one that belongs to the launcher (on Debian libopenmpi3 or libmpich12), or specify its path in {PathVariable}. " +
            "To train in one process, leave out the launcher.");
    }

    /// <summary>Joins the other ranks: MPI_Init_thread.</summary>
    public void Initialize()
    {
        int provided;
        Check(
            ((delegate* unmanaged<int*, byte***, int, int*, int>)Function("MPI_Init_thread"))(null, null, Multiple, &provided),
            "MPI_Init_thread");
        HasBackground = provided == Multiple;
        OpenBackground();
    }

    /// <summary>Adds the values of all ranks, in place: MPI_Allreduce.</summary>
    public abstract void Sum(nint values, int count, MpiType type);

    /// <summary>Concatenates the bytes of all ranks in their order: MPI_Allgather.</summary>
    /// <param name="share">The bytes of this rank.</param>
    /// <param name="all">Receives those of all ranks.</param>
    /// <param name="bytes">Number of bytes of a rank, the same on all.</param>
    public abstract void Gather(nint share, nint all, int bytes);

    /// <summary>Begins to concatenate the bytes of all ranks: MPI_Iallgather.</summary>
    /// <inheritdoc cref="Gather"/>
    /// <returns>The request, for <see cref="IsComplete"/>.</returns>
    public abstract nint BeginGather(nint share, nint all, int bytes);

    /// <summary>Begins to send each rank its part of this rank's bytes: MPI_Ialltoall.</summary>
    /// <param name="parts">The parts for each rank, in their order.</param>
    /// <param name="received">Receives the parts of all ranks for this one.</param>
    /// <param name="bytes">Number of bytes of a part, the same on all.</param>
    /// <returns>The request.</returns>
    public abstract nint BeginScatter(nint parts, nint received, int bytes);

    /// <summary>Returns true if a request is complete, and lets it proceed otherwise: MPI_Test.</summary>
    public abstract bool IsComplete(ref nint request);

    /// <summary>Copies bytes of rank 0 to all ranks: MPI_Bcast.</summary>
    public abstract void Broadcast(nint data, int bytes);

    /// <summary>Waits for all ranks: MPI_Barrier.</summary>
    public abstract void Barrier();

    /// <summary>Ends all ranks: MPI_Abort. Usually does not return.</summary>
    public abstract void Abort(int exitCode);

    /// <summary>Leaves the other ranks: MPI_Finalize.</summary>
    public void Leave() => Check(((delegate* unmanaged<int>)Function("MPI_Finalize"))(), "MPI_Finalize");

    /// <summary>Duplicates the communicator for messages that begin with Begin, so that they do not meet others: MPI_Comm_dup.</summary>
    protected abstract void OpenBackground();

    /// <summary>Returns the address of an exported function or variable.</summary>
    protected nint Function(string name) => NativeLibrary.GetExport(_library, name);

    /// <summary>Checks the return code of a function. By default MPI itself ends the job where one fails.</summary>
    protected static void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new AttnGanException($"{function} failed with code {code}. A training continues with `--resume`.");
        }
    }
}
