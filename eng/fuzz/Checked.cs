using System.Diagnostics;

namespace AttnGan.Fuzz;

/// <summary>
/// Runs a reader. Our messages are its right answers to bad bytes; other exceptions, and too much memory or time, are defects.
/// </summary>
internal static class Checked
{
    /// <summary>Several times what the readers take for an input of a megabyte, which is afl-fuzz's largest.</summary>
    private const long MaxAllocation = 256L << 20;

    /// <summary>Of the processor, which a busy machine does not change. afl-fuzz, which has the clock only, waits longer.</summary>
    private static readonly TimeSpan s_maxTime = TimeSpan.FromSeconds(5);

    /// <summary>Reads an input.</summary>
    /// <returns>The message about the input; null if it was read.</returns>
    /// <exception cref="InvalidOperationException">The reader took too much memory or time, or its message is blank.</exception>
    public static string? Read(Action<byte[]> read, byte[] bytes)
    {
        long before = GC.GetTotalAllocatedBytes();
        TimeSpan start = Environment.CpuUsage.TotalTime;
        string? message = null;
        try
        {
            read(bytes);
        }
        catch (AttnGanException error)
        {
            message = error.Message;
        }

        long allocated = GC.GetTotalAllocatedBytes() - before;
        TimeSpan time = Environment.CpuUsage.TotalTime - start;
        return allocated > MaxAllocation ? throw new InvalidOperationException($"It allocated {allocated >> 20} MiB.")
            : time > s_maxTime ? throw new InvalidOperationException($"It took {time.TotalSeconds:F0} s.")
            : message is not null && string.IsNullOrWhiteSpace(message) ? throw new InvalidOperationException("Its message is blank.")
            : message;
    }

    /// <summary>Reads a file and prints the result; returns false for a defect.</summary>
    public static bool Report(Action<byte[]> read, string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        long start = Stopwatch.GetTimestamp();
        string result;
        bool isRight = true;
        try
        {
            result = Read(read, bytes) ?? "read";
        }
        catch (Exception error)
        {
            (result, isRight) = ($"DEFECT {error}", false);
        }

        Console.WriteLine($"{file}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms: {result}");
        return isRight;
    }
}
