namespace AttnGan.Training.Configuration;

internal static class EditDistance
{
    /// <summary>Fewest insertions, deletions, replacements and swaps of neighbours that turn one text into the other.</summary>
    public static int Between(string from, string to)
    {
        var distances = new int[from.Length + 1, to.Length + 1];
        for (var row = 0; row <= from.Length; row++)
        {
            for (var column = 0; column <= to.Length; column++)
            {
                if (row == 0 || column == 0)
                {
                    distances[row, column] = row + column;
                    continue;
                }

                var replaced = distances[row - 1, column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1);
                var best = Math.Min(replaced, Math.Min(distances[row - 1, column], distances[row, column - 1]) + 1);
                if (row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1])
                {
                    best = Math.Min(best, distances[row - 2, column - 2] + 1);
                }

                distances[row, column] = best;
            }
        }

        return distances[from.Length, to.Length];
    }
}
