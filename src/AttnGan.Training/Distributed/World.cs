using System.Diagnostics;
using System.Runtime.InteropServices;
using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed.Mpi;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Distributed;

/// <summary>
/// The ranks that work together: one process alone, or those that an MPI launcher started. Each rank computes its rows of every global
/// batch: every N-th row of N ranks, beginning with its own number. A loss is the mean over ranks of what each rank calls its loss, so that
/// the averages of their gradients are the gradients of one process.
/// </summary>
internal sealed partial class World : IDisposable
{
    private const int MaxMessageBytes = 1 << 30;

    private readonly MpiLibrary? _mpi;
    private readonly BackgroundThread? _background;
    private readonly Stopwatch _communicating = new();
    private readonly Stopwatch _waiting = new(); // for the background

    private World(MpiLibrary? mpi)
    {
        _mpi = mpi;
        _background = mpi is { HasBackground: true } ? new BackgroundThread() : null;
        (Rank, Size) = mpi is null ? (0, 1) : (mpi.Rank, mpi.Size);
    }

    /// <summary>One process alone: rank 0 of 1. Its operations return their inputs.</summary>
    public static World Alone { get; } = new(null);

    /// <summary>The rank of this process, from 0.</summary>
    public int Rank { get; }

    /// <summary>N: number of ranks.</summary>
    public int Size { get; }

    /// <summary>True for the rank that writes files and messages.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>Name and version of the MPI library; null for one process.</summary>
    public string? Library => _mpi?.Version;

    /// <summary>Bytes of gradients from which on a message is sent without waiting for others.</summary>
    public long MessageBytes { get; set; } = 16 << 20;

    /// <summary>Bytes of the values that this rank has exchanged so far.</summary>
    public long CommunicatedBytes { get; private set; }

    /// <summary>Number of exchanges that this rank has waited for, gradients left out.</summary>
    public int Exchanges { get; private set; }

    /// <summary>Time in which this rank exchanged messages or waited for other ranks, and could not compute.</summary>
    public TimeSpan CommunicationTime => _communicating.Elapsed;

    /// <summary>Time in which messages were under way while this rank computed.</summary>
    public TimeSpan HiddenTime => _background is null ? TimeSpan.Zero : _background.BusyTime - _waiting.Elapsed;

    /// <summary>Joins the ranks of a launcher.</summary>
    /// <param name="launcher">The launcher; null for one process.</param>
    /// <exception cref="AttnGanException">The launcher's MPI library is missing, or another one is installed.</exception>
    public static World Join(Launcher? launcher)
    {
        if (launcher is null)
        {
            return Alone;
        }

        KeepSignalHandlers();
        var mpi = MpiLibrary.Load(launcher);
        mpi.Initialize();
        return mpi.Size == launcher.Size ? new World(mpi) : throw new AttnGanException(
            $"{launcher.Name} started {launcher.Size} ranks, but {mpi.Version} sees {mpi.Size}: library and launcher belong to different " +
            $"MPI installations. Use the launcher of this library, or specify the path of the launcher's library in " +
            $"{MpiLibrary.PathVariable}.");
    }

    /// <summary>Returns this rank's rows of a global batch.</summary>
    /// <param name="rows">(B, …), equal on all ranks.</param>
    public Tensor Take(Tensor rows) => Size == 1 ? rows.alias() : rows[TensorIndex.Slice(Rank, null, Size)].contiguous();

    /// <summary>Returns the number of this rank's rows of a global batch.</summary>
    public long Share(long rows) => (rows - Rank + Size - 1) / Size;

    /// <summary>
    /// Returns the factor for a mean over <see cref="Share"/> rows with which the mean over ranks is the mean over all rows: 1 if each rank
    /// has as many.
    /// </summary>
    public double Weight(long rows) => (double)Share(rows) * Size / rows;

    /// <summary>Returns the global batch of all ranks' rows, which must be as many on each. Differentiable.</summary>
    /// <param name="rows">(B / N, …) on each rank.</param>
    /// <returns>(B, …), equal on all ranks.</returns>
    public Tensor Gather(Tensor rows) => Size == 1 ? rows.alias() : GatherFunction.apply(rows, this);

    /// <summary>Returns the sum over ranks. Differentiable.</summary>
    public Tensor Sum(Tensor values) => Size == 1 ? values.alias() : SumFunction.apply(values, this);

    /// <summary>Returns the mean over ranks. Differentiable.</summary>
    public Tensor Mean(Tensor values) => Size == 1 ? values.alias() : Sum(values) / Size;

    /// <summary>Begins to add up tensors over ranks, in place; the thread that trains may go on.</summary>
    /// <param name="values">Tensors of the same shapes on all ranks.</param>
    /// <param name="precision">Of the message. In 16 bits, sums are computed in 32 bits, and rounded once.</param>
    public SumMessage BeginSum(IReadOnlyList<Tensor> values, Precision precision)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isInPlace = precision == Precision.Full && values is [var only] &&
            only.device_type == DeviceType.CPU && only.is_contiguous() && only.numel() % Size == 0;
        Tensor buffer = isInPlace ? values[0].detach() : OnHost(Concatenate(values).In(precision.FeatureDType()));
        buffer.DetachFromDisposeScope();
        (nint all, int part, ScalarType type) = (buffer.Address(), checked((int)(buffer.numel() / Size)), buffer.dtype);
        int bytes = checked(part * (int)buffer.ElementSize);

        // Each rank adds up one part of the vector, which it gets from all others, and sends them the result. MPI's own sum in the
        // background takes twice the time in Open MPI, and has no 16-bit type.
        Task exchange = Begin((long)bytes * Size, mpi =>
        {
            using Tensor received = empty(Size, part, dtype: type);
            nint parts = received.Address();
            Complete(mpi, mpi.BeginScatter(all, parts, bytes));
            RowSums.Compute(parts, Size, part, type);
            Complete(mpi, mpi.BeginGather(parts, all, bytes));
        });
        return new SumMessage(this, buffer, isInPlace, exchange);
    }

    /// <summary>Waits for an exchange in the background.</summary>
    public void Wait(Task exchange)
    {
        _communicating.Start();
        _waiting.Start();
        if (_background is null)
        {
            exchange.GetAwaiter().GetResult();
        }
        else
        {
            _background.Wait(exchange);
        }

        _waiting.Stop();
        _communicating.Stop();
    }

    /// <summary>Copies tensors of rank 0 to all ranks, in place.</summary>
    public void Broadcast(IEnumerable<Tensor> tensors)
    {
        if (_mpi is null)
        {
            return;
        }

        using IDisposable noGradient = no_grad();
        foreach (Tensor tensor in tensors)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor values = OnHost(tensor);
            long bytes = values.numel() * values.ElementSize;
            for (long start = 0; start < bytes; start += MaxMessageBytes)
            {
                int length = (int)Math.Min(MaxMessageBytes, bytes - start);
                nint address = values.Address() + (nint)start;
                Communicate(length, mpi => mpi.Broadcast(address, length));
            }

            tensor.copy_(values);
        }
    }

    /// <summary>Returns the numbers of rank 0.</summary>
    /// <param name="values">As many on all ranks.</param>
    public double[] Broadcast(double[] values)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor copy = tensor(values);
        Broadcast([copy]);
        return copy.data<double>().ToArray();
    }

    /// <summary>Returns the bytes of each rank, in their order.</summary>
    /// <param name="bytes">The bytes of this rank, of any number.</param>
    public IReadOnlyList<byte[]> Exchange(byte[] bytes)
    {
        if (Size == 1)
        {
            return [bytes];
        }

        using DisposeScope scope = NewDisposeScope();
        long[] lengths = GatherRows(tensor([(long)bytes.Length])).data<long>().ToArray();
        byte[] padded = new byte[Math.Max(1, lengths.Max())]; // all ranks send as many
        bytes.CopyTo(padded, 0);
        Tensor all = GatherRows(tensor(padded).unsqueeze(0)); // (N, longest)
        return [.. lengths.Select((length, rank) => all[rank].data<byte>().ToArray()[..(int)length])];
    }

    /// <summary>Returns true on all ranks if a condition is true on any.</summary>
    public bool Any(bool condition)
    {
        if (Size == 1)
        {
            return condition;
        }

        using DisposeScope scope = NewDisposeScope();
        return AddUp(tensor(condition ? 1.0 : 0.0)).item<double>() > 0;
    }

    /// <summary>
    /// Returns the token for work of a single rank: that of the caller in one process, none on several, where no rank may stop alone while
    /// others wait for it.
    /// </summary>
    public CancellationToken OnOneRank(CancellationToken cancellation) => Size == 1 ? cancellation : CancellationToken.None;

    /// <summary>Waits until all ranks are here.</summary>
    public void Barrier() => Communicate(0, mpi => mpi.Barrier());

    /// <summary>Ends all ranks at once, as the launcher does if one of them fails.</summary>
    public void Abort(int exitCode) => _mpi?.Abort(exitCode);

    /// <summary>Leaves the other ranks.</summary>
    public void Dispose()
    {
        _background?.Dispose();
        _mpi?.Leave();
    }

    /// <summary>Returns all values one after another, and zeros up to a multiple of N.</summary>
    private Tensor Concatenate(IReadOnlyList<Tensor> values)
    {
        Tensor all = cat([.. values.Select(value => value.reshape(-1))]);
        long rest = all.numel() % Size;
        return rest == 0 ? all : nn.functional.pad(all, [0, Size - rest]);
    }

    /// <summary>Begins an exchange in the background; without one, it takes place at once.</summary>
    private Task Begin(long bytes, Action<MpiLibrary> exchange)
    {
        if (_background is null)
        {
            Communicate(bytes, exchange);
            return Task.CompletedTask;
        }

        CommunicatedBytes += bytes;
        return _background.Begin(() => exchange(_mpi!));
    }

    private void Complete(MpiLibrary mpi, nint request)
    {
        while (!mpi.IsComplete(ref request))
        {
            if (_background is null)
            {
                Thread.Yield();
            }
            else
            {
                _background.Pause();
            }
        }
    }

    /// <summary>Returns a new tensor with the sum over ranks, on the device of the values.</summary>
    private Tensor AddUp(Tensor values)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = OnHost(values.clone());
        nint address = sum.Address();
        int count = checked((int)sum.numel());
        MpiType type = TypeOf(sum);
        Communicate(count * sum.ElementSize, mpi => mpi.Sum(address, count, type));
        return sum.to(values.device).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the rows of all ranks in the order of the global batch.</summary>
    private Tensor GatherRows(Tensor rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor share = OnHost(rows);
        Tensor all = empty([Size, .. share.shape], dtype: share.dtype); // (N, B / N, …)
        (nint from, nint to) = (share.Address(), all.Address());
        int bytes = checked((int)(share.numel() * share.ElementSize));
        Communicate(bytes, mpi => mpi.Gather(from, to, bytes));
        return all.transpose(0, 1).flatten(0, 1).contiguous().to(rows.device).MoveToOuterDisposeScope(); // (B, …)
    }

    private static MpiType TypeOf(Tensor values) => values.dtype switch
    {
        ScalarType.Float32 => MpiType.Float,
        ScalarType.Float64 => MpiType.Double,
        _ => throw new NotSupportedException($"Sums over ranks are of 32 or 64-bit numbers, not of {values.dtype}."),
    };

    private static Tensor OnHost(Tensor values) => values.detach().cpu().contiguous();

    private void Communicate(long bytes, Action<MpiLibrary> operation)
    {
        if (_mpi is not null)
        {
            _communicating.Start();
            operation(_mpi);
            _communicating.Stop();
            CommunicatedBytes += bytes;
            Exchanges++;
        }
    }

    /// <summary>
    /// Stops UCX, the transport of many MPI libraries, from handling memory faults, which the .NET runtime needs for its null checks.
    /// Native code does not see <see cref="Environment.SetEnvironmentVariable(string, string)"/>.
    /// </summary>
    private static void KeepSignalHandlers()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetVariable("UCX_ERROR_SIGNALS", "", 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    /// <summary>The sum over ranks; its gradient is the sum of the ranks' gradients.</summary>
    private sealed class SumFunction : autograd.SingleTensorFunction<SumFunction>
    {
        public override string Name => nameof(SumFunction);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var world = (World)vars[1];
            ctx.save_data(nameof(World), world);
            return world.AddUp((Tensor)vars[0]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [((World)ctx.get_data(nameof(World))).Sum(grad_output), null!];
    }

    /// <summary>The rows of all ranks; the gradient of a row is the sum of the gradients that all ranks have for it.</summary>
    private sealed class GatherFunction : autograd.SingleTensorFunction<GatherFunction>
    {
        public override string Name => nameof(GatherFunction);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var world = (World)vars[1];
            ctx.save_data(nameof(World), world);
            return world.GatherRows((Tensor)vars[0]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var world = (World)ctx.get_data(nameof(World));
            return [world.Take(world.Sum(grad_output)), null!];
        }
    }
}
