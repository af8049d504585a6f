namespace AttnGan.Architecture.Tests;

/// <summary>Rules about which folder of a project may use which.</summary>
internal static class Floors
{
    /// <summary>Finds uses of a lower floor by a higher one.</summary>
    /// <param name="uses">Uses between files.</param>
    /// <param name="floors">The project's folders; each may use only itself and those before it.</param>
    /// <returns>One message for each violation; it names both files.</returns>
    public static IReadOnlyList<string> OutOfOrder(IEnumerable<FileUse> uses, IReadOnlyList<string> floors)
    {
        return
        [
            .. from use in uses
               let user = Rank(use.User)
               let used = Rank(use.Used)
               where user < used
               select $"{use}: `{floors[user]}` is a floor above `{floors[used]}` and must not use it.",
        ];

        int Rank(string file)
        {
            string floor = FloorOf(file);
            int rank = floors.ToList().IndexOf(floor);
            return rank >= 0 ? rank : throw new InvalidOperationException(
                $"`{file}` lies in the folder `{floor}`, which has no place in the order of floors. Add it to the list in " +
                "ArchitectureTests.");
        }
    }

    /// <summary>Finds cycles between the folders at one depth.</summary>
    /// <param name="uses">Uses between files.</param>
    /// <param name="folderOf">The folder of a file; null for files that belong to none.</param>
    /// <returns>One message for each use that lies on a cycle; it names both files.</returns>
    public static IReadOnlyList<string> Cycles(IEnumerable<FileUse> uses, Func<string, string?> folderOf)
    {
        var edges = uses
            .Select(use => (From: folderOf(use.User), To: folderOf(use.Used), Use: use))
            .Where(edge => edge.From is not null && edge.To is not null && edge.From != edge.To)
            .ToList();
        ILookup<string, string> targets = edges.ToLookup(edge => edge.From!, edge => edge.To!);
        var reachable = targets.ToDictionary(group => group.Key, group => Reachable(group.Key, targets));
        return
        [
            .. edges
                .Where(edge => reachable.TryGetValue(edge.To!, out HashSet<string>? back) && back.Contains(edge.From!))
                .Select(edge => $"{edge.Use}: `{edge.From}` and `{edge.To}` use each other."),
        ];
    }

    /// <summary>The first folder of a path; empty for a file at the root.</summary>
    public static string FloorOf(string file) => file.Split('/') is [var floor, _, ..] ? floor : "";

    private static HashSet<string> Reachable(string start, ILookup<string, string> targets)
    {
        HashSet<string> found = [];
        Stack<string> open = new([start]);
        while (open.TryPop(out string? folder))
        {
            foreach (string next in targets[folder].Where(found.Add))
            {
                open.Push(next);
            }
        }

        return found;
    }
}
