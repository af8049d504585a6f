using System.Diagnostics;
using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Benchmarks;

/// <summary>
/// Sums of gradients over the ranks of a launcher, alone and while each rank computes: the link's speed as a training sees it.
/// </summary>
internal static class ExchangeBenchmark
{
    private const int Values = 25_000_000; // 100 MB
    private const int Side = 512;

    public static void Run(int rounds, int threads)
    {
        using var world = World.Join(Launcher.Detect());
        set_num_threads(threads);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor gradient = zeros(Values), factor = randn(Side, Side);
        foreach (Precision precision in (Precision[])[Precision.Full, Precision.Bfloat16])
        {
            foreach (bool computes in (bool[])[false, true])
            {
                List<double> seconds = [];
                for (int round = 0; round < rounds; round++)
                {
                    world.Barrier();
                    TimeSpan before = world.HiddenTime + world.CommunicationTime;
                    var watch = Stopwatch.StartNew();
                    SumMessage message = world.BeginSum([gradient], precision);
                    while (computes && watch.Elapsed.TotalSeconds < 3)
                    {
                        using Tensor product = factor.mm(factor);
                    }

                    message.Finish([gradient]);
                    seconds.Add((world.HiddenTime + world.CommunicationTime - before).TotalSeconds);
                }

                if (world.IsFirst)
                {
                    double median = GenerationBenchmark.Median(seconds);
                    string rank = computes ? "computing" : "waiting";
                    Console.WriteLine($"{precision,-9} {rank,-10} {median,7:f3} s, {Values * sizeof(float) / 1e6 / median,7:f0} MB/s");
                }
            }
        }
    }
}
