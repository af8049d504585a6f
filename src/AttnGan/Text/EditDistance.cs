namespace AttnGan.Text;

/// <summary>The edit distance of two words.</summary>
internal static class EditDistance
{
    // Rows of longer words are on the heap.
    private const int MaxOnStack = 128;

    /// <summary>
    /// Returns the minimum number of insertions, deletions, substitutions and transpositions of adjacent letters that turn one text into
    /// the other (optimal string alignment).
    /// </summary>
    public static int Between(string first, string second) => Within(first, second, Math.Max(first.Length, second.Length));

    /// <summary>Returns the distance if it is at most a limit; otherwise a larger number, sooner.</summary>
    public static int Within(string first, string second, int limit)
    {
        if (Math.Abs(first.Length - second.Length) > limit)
        {
            return limit + 1;
        }

        int width = second.Length + 1;
        Span<int> rows = width <= MaxOnStack ? stackalloc int[3 * width] : new int[3 * width];
        Span<int> beforePrevious = rows[..width], previous = rows.Slice(width, width), current = rows[(2 * width)..];
        for (int j = 0; j < width; j++)
        {
            previous[j] = j;
        }

        int previousBest = 0;
        for (int i = 1; i <= first.Length; i++)
        {
            // Cells further from the diagonal than the limit are beyond it.
            int from = Math.Max(1, i - limit), to = Math.Min(second.Length, i + limit);
            current[from - 1] = from == 1 ? i : limit + 1;
            int best = current[from - 1];
            for (int j = from; j <= to; j++)
            {
                int change = previous[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                int distance = Math.Min(change, current[j - 1] + 1);
                if (j < i + limit)
                {
                    distance = Math.Min(distance, previous[j] + 1);
                }

                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                {
                    distance = Math.Min(distance, beforePrevious[j - 2] + 1);
                }

                current[j] = distance;
                best = Math.Min(best, distance);
            }

            // A transposition continues from the row before the previous one.
            if (best > limit && previousBest > limit)
            {
                return limit + 1;
            }

            previousBest = best;
            Span<int> free = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = free;
        }

        return previous[second.Length];
    }
}
