using AttnGan.Training.Data;

namespace AttnGan.Cli.Hosting;

/// <summary>Writes the warnings of a dataset (files that were skipped or fixed) to the error stream.</summary>
internal static class DatasetWarnings
{
    /// <summary>Writes the warnings that were made while a dataset was opened.</summary>
    public static void Write(CaptionedImageDataset dataset) => Write(dataset.Root, dataset.Warnings);

    /// <summary>Writes warnings about a dataset: of each kind the first few and a count.</summary>
    public static void Write(string folder, IReadOnlyList<DatasetProblem> warnings)
    {
        (IReadOnlyList<string> lines, int left) = ProblemGroups.Describe(warnings);
        foreach (string line in lines)
        {
            Terminal.Warn(line);
        }

        if (left > 0)
        {
            Terminal.Warn($"… and {left} more (see `attngan dataset check {CommandText.Quote(folder)}`)");
        }
    }
}
