using AttnGan.Training.Runs;

namespace AttnGan.Cli.Hosting;

/// <summary>Condenses the losses of a training to the ones that show its progress.</summary>
internal static class LossSummary
{
    /// <summary>
    /// Returns the DAMSM's total loss, or three sums for a GAN: D of the discriminators, G of the generator against them, and DAMSM
    /// of the generator's words and sentence losses.
    /// </summary>
    public static IReadOnlyList<Measure> Of(IReadOnlyList<Measure> losses)
    {
        if (losses.FirstOrDefault(loss => loss.Name == "loss") is { } total)
        {
            return [total];
        }

        return
        [
            new("D", SumOfStages('d')),
            new("G", SumOfStages('g')),
            new("DAMSM", losses.Where(loss => loss.Name is "words" or "sentence").Sum(loss => loss.Value)),
        ];

        // The losses of a stage are named after its image size: d64, g128.
        double SumOfStages(char network) => losses
            .Where(loss => loss.Name[0] == network)
            .Where(loss => loss.Name.AsSpan(1) is { Length: > 0 } size && !size.ContainsAnyExceptInRange('0', '9'))
            .Sum(loss => loss.Value);
    }
}
