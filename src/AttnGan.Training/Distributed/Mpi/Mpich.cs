namespace AttnGan.Training.Distributed.Mpi;

/// <summary>
/// The binary interface of MPICH and its relatives (Intel MPI, MVAPICH, Cray MPI), which have agreed on it: handles are integers.
/// </summary>
internal sealed unsafe class Mpich : MpiLibrary
{
    private const nint InPlace = -1;
    private const int World = 0x44000000;
    private const int SumOperation = 0x58000003;
    private const int Byte = 0x4c00010d;
    private const int Float = 0x4c00040a;
    private const int Double = 0x4c00080b;
    private const nint IgnoreStatus = 1;

    private readonly delegate* unmanaged<nint, nint, int, int, int, int, int> _allreduce;
    private readonly delegate* unmanaged<nint, int, int, nint, int, int, int, int> _allgather;
    private readonly delegate* unmanaged<nint, int, int, int, int, int> _broadcast;
    private readonly delegate* unmanaged<int, int> _barrier;
    private readonly delegate* unmanaged<nint, int, int, nint, int, int, int, int*, int> _beginGather;
    private readonly delegate* unmanaged<nint, int, int, nint, int, int, int, int*, int> _beginScatter;
    private readonly delegate* unmanaged<int*, int*, nint, int> _test;
    private int _background;

    public Mpich(nint library)
        : base(library)
    {
        _allreduce = (delegate* unmanaged<nint, nint, int, int, int, int, int>)Function("MPI_Allreduce");
        _allgather = (delegate* unmanaged<nint, int, int, nint, int, int, int, int>)Function("MPI_Allgather");
        _broadcast = (delegate* unmanaged<nint, int, int, int, int, int>)Function("MPI_Bcast");
        _barrier = (delegate* unmanaged<int, int>)Function("MPI_Barrier");
        _beginGather = (delegate* unmanaged<nint, int, int, nint, int, int, int, int*, int>)Function("MPI_Iallgather");
        _beginScatter = (delegate* unmanaged<nint, int, int, nint, int, int, int, int*, int>)Function("MPI_Ialltoall");
        _test = (delegate* unmanaged<int*, int*, nint, int>)Function("MPI_Test");
    }

    public override int Rank => Ask("MPI_Comm_rank");

    public override int Size => Ask("MPI_Comm_size");

    public override void Sum(nint values, int count, MpiType type) =>
        Check(_allreduce(InPlace, values, count, TypeOf(type), SumOperation, World), "MPI_Allreduce");

    public override void Gather(nint share, nint all, int bytes) =>
        Check(_allgather(share, bytes, Byte, all, bytes, Byte, World), "MPI_Allgather");

    public override nint BeginGather(nint share, nint all, int bytes)
    {
        int request;
        Check(_beginGather(share, bytes, Byte, all, bytes, Byte, _background, &request), "MPI_Iallgather");
        return request;
    }

    public override nint BeginScatter(nint parts, nint received, int bytes)
    {
        int request;
        Check(_beginScatter(parts, bytes, Byte, received, bytes, Byte, _background, &request), "MPI_Ialltoall");
        return request;
    }

    public override bool IsComplete(ref nint request)
    {
        int handle = (int)request;
        int isComplete;
        Check(_test(&handle, &isComplete, IgnoreStatus), "MPI_Test");
        request = handle;
        return isComplete != 0;
    }

    public override void Broadcast(nint data, int bytes) => Check(_broadcast(data, bytes, Byte, 0, World), "MPI_Bcast");

    public override void Barrier() => Check(_barrier(World), "MPI_Barrier");

    public override void Abort(int exitCode) => ((delegate* unmanaged<int, int, int>)Function("MPI_Abort"))(World, exitCode);

    protected override void OpenBackground()
    {
        int duplicate;
        Check(((delegate* unmanaged<int, int*, int>)Function("MPI_Comm_dup"))(World, &duplicate), "MPI_Comm_dup");
        _background = duplicate;
    }

    private int Ask(string function)
    {
        int value;
        Check(((delegate* unmanaged<int, int*, int>)Function(function))(World, &value), function);
        return value;
    }

    private static int TypeOf(MpiType type) => type switch
    {
        MpiType.Float => Float,
        MpiType.Double => Double,
        _ => Byte,
    };
}
