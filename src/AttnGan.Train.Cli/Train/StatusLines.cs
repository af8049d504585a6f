using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Train;

/// <summary>Formats the live status of a training: a progress bar with speed and remaining time, and the losses of the last step.</summary>
internal static class StatusLines
{
    private const int MaxBarWidth = 28;
    private const int MinBarWidth = 8;
    private const string Green = "\u001b[32m";
    private const string Gray = "\u001b[90m";
    private const string Reset = "\u001b[0m";

    /// <summary>Returns lines of at most <paramref name="width"/> visible characters.</summary>
    public static IReadOnlyList<string> Format(StepDone step, StepRate rate, int width) =>
        [Bar(step, rate, width), $"{Gray}{Losses(step.Losses, width)}{Reset}"];

    private static string Bar(StepDone step, StepRate rate, int width)
    {
        double share = step.Steps == 0 ? 1 : Math.Clamp((double)step.Step / step.Steps, 0, 1);
        string text = $" {share,5:P0}  {TrainingText.Step(step, rate)}";
        int barWidth = Math.Min(MaxBarWidth, width - text.Length);
        if (barWidth < MinBarWidth)
        {
            return Truncate(text.TrimStart(), width);
        }

        int filled = (int)Math.Round(share * barWidth);
        return $"{Green}{new string('━', filled)}{Gray}{new string('━', barWidth - filled)}{Reset}{text}";
    }

    /// <summary>Returns as many losses as fit.</summary>
    private static string Losses(IReadOnlyList<Measure> losses, int width)
    {
        int count = losses.Count;
        while (count > 0 && TrainingText.Measures([.. losses.Take(count)]).Length > width)
        {
            count--;
        }

        return TrainingText.Measures([.. losses.Take(count)]);
    }

    private static string Truncate(string text, int width) => text.Length <= width ? text : text[..Math.Max(0, width)];
}
