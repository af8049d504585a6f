using AttnGan.Training.Data;

namespace AttnGan.Cli.Hosting;

/// <summary>What was passed over or put right when a dataset was read, on the error stream.</summary>
internal static class DatasetWarnings
{
    private const int Listed = 10;

    public static void Write(CaptionedImageDataset dataset)
    {
        IReadOnlyList<DatasetProblem> warnings = dataset.Warnings;
        foreach (DatasetProblem warning in warnings.Take(Listed))
        {
            Terminal.Warn(warning.ToString());
        }

        if (warnings.Count > Listed)
        {
            Terminal.Warn($"… and {warnings.Count - Listed} more (see `attngan dataset check {CommandText.Quote(dataset.Root)}`)");
        }
    }
}
