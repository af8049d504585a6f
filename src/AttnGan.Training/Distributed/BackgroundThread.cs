using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AttnGan.Training.Distributed;

/// <summary>Runs operations one after another while the thread that trains computes.</summary>
internal sealed partial class BackgroundThread : IDisposable
{
    private const int PauseMicroseconds = 100;

    private readonly BlockingCollection<Task> _operations = [];
    private readonly Thread _thread;
    private long _busyTicks;
    private volatile bool _isAwaited;

    public BackgroundThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "messages" };
        _thread.Start();
    }

    /// <summary>Time in which operations ran.</summary>
    public TimeSpan BusyTime => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _busyTicks));

    /// <summary>Queues an operation.</summary>
    /// <returns>A task that fails as the operation does.</returns>
    public Task Begin(Action operation)
    {
        var task = new Task(() =>
        {
            long start = Stopwatch.GetTimestamp();
            operation();
            Interlocked.Add(ref _busyTicks, Stopwatch.GetTimestamp() - start);
        });
        _operations.Add(task);
        return task;
    }

    /// <summary>Waits for an operation, which from now on does not leave its processor to computations.</summary>
    public void Wait(Task operation)
    {
        _isAwaited = true;
        operation.GetAwaiter().GetResult();
        _isAwaited = false;
    }

    /// <summary>
    /// Lets an operation that polls wait a moment. MPI libraries proceed only when they are called, and would keep a processor busy.
    /// </summary>
    public void Pause()
    {
        if (_isAwaited || OperatingSystem.IsWindows())
        {
            Thread.Yield();
        }
        else
        {
            _ = Sleep(PauseMicroseconds);
        }
    }

    /// <summary>Completes the queued operations and ends the thread.</summary>
    public void Dispose()
    {
        _operations.CompleteAdding();
        _thread.Join();
        _operations.Dispose();
    }

    private void Run()
    {
        foreach (Task operation in _operations.GetConsumingEnumerable())
        {
            operation.RunSynchronously();
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
