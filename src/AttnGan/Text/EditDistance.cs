namespace AttnGan.Text;

/// <summary>The edit distance of two words.</summary>
internal static class EditDistance
{
    /// <summary>
    /// Returns the minimum number of insertions, deletions, substitutions and transpositions of adjacent letters that turn one text into
    /// the other (optimal string alignment).
    /// </summary>
    public static int Between(string first, string second)
    {
        int[] beforePrevious = new int[second.Length + 1];
        int[] previous = new int[second.Length + 1];
        int[] current = new int[second.Length + 1];
        for (int j = 0; j <= second.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= first.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= second.Length; j++)
            {
                int change = previous[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                int best = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
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
