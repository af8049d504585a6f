namespace AttnGan.Training.Distributed.Mpi;

/// <summary>Open MPI's binary interface: handles are the addresses of exported variables.</summary>
internal sealed unsafe class OpenMpi : MpiLibrary
{
    /// <summary>The symbol of MPI_COMM_WORLD, which only Open MPI exports.</summary>
    public const string WorldSymbol = "ompi_mpi_comm_world";

    private const nint InPlace = 1;
    private const nint IgnoreStatus = 0;

    private readonly delegate* unmanaged<nint, nint, int, nint, nint, nint, int> _allreduce;
    private readonly delegate* unmanaged<nint, int, nint, nint, int, nint, nint, int> _allgather;
    private readonly delegate* unmanaged<nint, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged<nint, int> _barrier;
    private readonly delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int> _beginGather;
    private readonly delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int> _beginScatter;
    private readonly delegate* unmanaged<nint*, int*, nint, int> _test;
    private readonly nint _world;
    private readonly nint _sum;
    private readonly nint _byte;
    private readonly nint _float;
    private readonly nint _double;
    private nint _background;

    public OpenMpi(nint library)
        : base(library)
    {
        _world = Function(WorldSymbol);
        _sum = Function("ompi_mpi_op_sum");
        _byte = Function("ompi_mpi_byte");
        _float = Function("ompi_mpi_float");
        _double = Function("ompi_mpi_double");
        _allreduce = (delegate* unmanaged<nint, nint, int, nint, nint, nint, int>)Function("MPI_Allreduce");
        _allgather = (delegate* unmanaged<nint, int, nint, nint, int, nint, nint, int>)Function("MPI_Allgather");
        _broadcast = (delegate* unmanaged<nint, int, nint, int, nint, int>)Function("MPI_Bcast");
        _barrier = (delegate* unmanaged<nint, int>)Function("MPI_Barrier");
        _beginGather = (delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int>)Function("MPI_Iallgather");
        _beginScatter = (delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int>)Function("MPI_Ialltoall");
        _test = (delegate* unmanaged<nint*, int*, nint, int>)Function("MPI_Test");
    }

    public override int Rank => Ask("MPI_Comm_rank");

    public override int Size => Ask("MPI_Comm_size");

    public override void Sum(nint values, int count, MpiType type) =>
        Check(_allreduce(InPlace, values, count, TypeOf(type), _sum, _world), "MPI_Allreduce");

    public override void Gather(nint share, nint all, int bytes) =>
        Check(_allgather(share, bytes, _byte, all, bytes, _byte, _world), "MPI_Allgather");

    public override nint BeginGather(nint share, nint all, int bytes)
    {
        nint request;
        Check(_beginGather(share, bytes, _byte, all, bytes, _byte, _background, &request), "MPI_Iallgather");
        return request;
    }

    public override nint BeginScatter(nint parts, nint received, int bytes)
    {
        nint request;
        Check(_beginScatter(parts, bytes, _byte, received, bytes, _byte, _background, &request), "MPI_Ialltoall");
        return request;
    }

    public override bool IsComplete(ref nint request)
    {
        nint handle = request;
        int isComplete;
        Check(_test(&handle, &isComplete, IgnoreStatus), "MPI_Test");
        request = handle;
        return isComplete != 0;
    }

    public override void Broadcast(nint data, int bytes) => Check(_broadcast(data, bytes, _byte, 0, _world), "MPI_Bcast");

    public override void Barrier() => Check(_barrier(_world), "MPI_Barrier");

    public override void Abort(int exitCode) => ((delegate* unmanaged<nint, int, int>)Function("MPI_Abort"))(_world, exitCode);

    protected override void OpenBackground()
    {
        nint duplicate;
        Check(((delegate* unmanaged<nint, nint*, int>)Function("MPI_Comm_dup"))(_world, &duplicate), "MPI_Comm_dup");
        _background = duplicate;
    }

    private int Ask(string function)
    {
        int value;
        Check(((delegate* unmanaged<nint, int*, int>)Function(function))(_world, &value), function);
        return value;
    }

    private nint TypeOf(MpiType type) => type switch
    {
        MpiType.Float => _float,
        MpiType.Double => _double,
        _ => _byte,
    };
}
