namespace AttnGan.Text;

/// <summary>How far two spellings are apart.</summary>
internal static class EditDistance
{
    /// <summary>
    /// Fewest letters inserted, dropped, changed or swapped with their neighbour that turn one text into the other (optimal string
    /// alignment).
    /// </summary>
    public static int Between(string first, string second)
    {
        var beforePrevious = new int[second.Length + 1];
        var previous = new int[second.Length + 1];
        var current = new int[second.Length + 1];
        for (var j = 0; j <= second.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= first.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                var change = previous[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                var best = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                {
                    best = Math.Min(best, beforePrevious[j - 2] + 1);
                }

                current[j] = best;
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[second.Length];
    }
}
