using AttnGan.Training.Data;

namespace AttnGan.Cli.Hosting;

/// <summary>Writes the warnings of a dataset (files that were skipped or fixed) to the error stream.</summary>
internal static class DatasetWarnings
{
    private const int MaxListed = 10;

    public static void Write(CaptionedImageDataset dataset)
    {
        IReadOnlyList<DatasetProblem> warnings = dataset.Warnings;
        foreach (DatasetProblem warning in warnings.Take(MaxListed))
        {
            Terminal.Warn(warning.ToString());
        }

        if (warnings.Count > MaxListed)
        {
            Terminal.Warn($"… and {warnings.Count - MaxListed} more (see `attngan dataset check {CommandText.Quote(dataset.Root)}`)");
        }
    }
}
