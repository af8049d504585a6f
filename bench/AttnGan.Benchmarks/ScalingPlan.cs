using System.Globalization;
using AttnGan.Training.Configuration;
using AttnGan.Training.Trainers;

namespace AttnGan.Benchmarks;

/// <summary>
/// A cost model of GAN training on several ranks, from figures of the benchmarks <c>training</c> and <c>exchange</c>. A step takes the time
/// of one process with a rank's share of the batch, and that of what ranks exchange:
/// <code>
/// step = compute + max(0, D / rate - window) + G / rate + exchanges * 2 log2 N * latency + queue
/// compute = fixed + image * images,  window = share * compute,  queue = min(D / rate, exchanges * share * buffer / rate)
/// </code>
/// where D and G are the bytes that a rank sends for the gradients of discriminators and generator, 2 (N - 1) / N times their size, and
/// the rate is the share of the link that messages reach. Small exchanges wait behind the gradients in the buffers of the link.
/// </summary>
/// <param name="ConfigPath">The configuration, from which the sizes of networks come.</param>
/// <param name="Fixed">Seconds of a step that do not depend on the batch: optimizers, reading weights.</param>
/// <param name="Image">Seconds of a step for each image.</param>
/// <param name="Share">The share of these times during which gradients of discriminators may travel.</param>
/// <param name="Exchanges">Number of small exchanges, which a rank waits for: batch normalization, losses.</param>
/// <param name="LatencyMicroseconds">Time of a small message from one rank to another.</param>
/// <param name="BufferMegabytes">Bytes in the buffers of a connection.</param>
/// <param name="Link">The share of the link's rate that messages reach.</param>
/// <param name="Images">Images of each rank.</param>
internal sealed record ScalingPlan(
    string ConfigPath,
    double Fixed,
    double Image,
    double Share,
    int Exchanges,
    double LatencyMicroseconds,
    double BufferMegabytes,
    double Link,
    int Images)
{
    private const double Target = 0.9;
    private const int MaxImages = 1 << 12;

    private static readonly int[] s_ranks = [2, 8, 64];
    private static readonly double[] s_gigabits = [1, 10, 100];

    public void Print()
    {
        AttnGanConfig config = ConfigReader.Read(ConfigPath);
        IReadOnlyList<NetworkSize> sizes = GanNetworks.SizesFor(config);
        double generator = sizes[0].Parameters * sizeof(float);
        double discriminators = sizes.Skip(1).Sum(size => size.Parameters) * sizeof(float);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {ConfigPath}: gradients of {discriminators / 1e6:f0} MB (discriminators) and {generator / 1e6:f0} MB (generator) in 32 bits
            A step of {Images} images in one process: {Compute(Images):f3} s, {Images / Compute(Images):f1} images/s
            {Exchanges} small exchanges of {LatencyMicroseconds} µs, behind {BufferMegabytes} MB; messages reach {Link:p0} of the link
            {Share:p0} of the step can hide gradients of discriminators

            ranks   Gbit/s   efficiency   in 16 bits   images a rank for {Target}, in 16 bits
            """));
        foreach (int ranks in s_ranks)
        {
            foreach (double gigabits in s_gigabits)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ranks,5} {gigabits,8} {Efficiency(Images, 1),12:f2} {Efficiency(Images, 2),12:f2} {Needed(1),23} {Needed(2),12}"));

                double Efficiency(int images, int compression) => Compute(images) / Step(
                    images, ranks, gigabits * 1e9 / 8 * Link, discriminators / compression, generator / compression);

                string Needed(int compression)
                {
                    int images = 1;
                    while (images <= MaxImages && Efficiency(images, compression) < Target)
                    {
                        images++;
                    }

                    return images <= MaxImages ? images.ToString(CultureInfo.InvariantCulture) : "-";
                }
            }
        }
    }

    private double Compute(int images) => Fixed + (Image * images);

    private double Step(int images, int ranks, double rate, double discriminators, double generator)
    {
        double sent = 2.0 * (ranks - 1) / ranks;
        double compute = Compute(images);
        double first = discriminators * sent / rate;
        return compute
            + Math.Max(0, first - (Share * compute))
            + (generator * sent / rate)
            + (Exchanges * 2 * Math.Log2(ranks) * LatencyMicroseconds * 1e-6)
            + Math.Min(first, Exchanges * Share * BufferMegabytes * 1e6 / rate);
    }
}
