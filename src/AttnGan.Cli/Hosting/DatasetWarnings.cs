using AttnGan.Training.Data;

namespace AttnGan.Cli.Hosting;

/// <summary>Writes the warnings of a dataset (files that were skipped or fixed) to the error stream.</summary>
internal static class DatasetWarnings
{
    private const int MaxListed = 10;

    /// <summary>Writes the warnings that were made while a dataset was opened.</summary>
    public static void Write(CaptionedImageDataset dataset) => Write(dataset.Root, dataset.Warnings);

    /// <summary>Writes warnings about a dataset: of each kind the first few and a count.</summary>
    public static void Write(string folder, IReadOnlyList<DatasetProblem> warnings)
    {
        int left = warnings.Count;
        foreach ((DatasetProblem warning, int others) in ProblemGroups.Shorten(warnings).Take(MaxListed))
        {
            Terminal.Warn($"{warning}{(others > 0 ? $" ({others} more of this kind)" : "")}");
            left -= 1 + others;
        }

        if (left > 0)
        {
            Terminal.Warn($"… and {left} more (see `attngan dataset check {CommandText.Quote(folder)}`)");
        }
    }
}
