namespace AttnGan.Training.Formats.Pickle;

/// <summary>
/// References in a pickle can make a few bytes stand for an infinite or astronomically large structure. This check ensures that a
/// simple recursive traversal visits a number of values proportional to the size of the file.
/// </summary>
internal static class PickleStructure
{
    public const int MaxDepth = 200;

    /// <exception cref="FormatException">The structure contains itself, is nested too deeply, or expands to too many values.</exception>
    public static void Check(object? root, long maxValues)
    {
        if (Children(root) is null)
        {
            return;
        }

        var totals = new Dictionary<object, long>(ReferenceEqualityComparer.Instance);
        var path = new HashSet<object>(ReferenceEqualityComparer.Instance) { root! };
        var visits = new Stack<Visit>();
        visits.Push(new Visit(root!));
        while (visits.TryPeek(out Visit? visit))
        {
            if (visit.Rest.MoveNext())
            {
                object? child = visit.Rest.Current;
                if (Children(child) is null)
                {
                    visit.Total++;
                }
                else if (totals.TryGetValue(child!, out long known))
                {
                    visit.Total += known;
                }
                else if (!path.Add(child!))
                {
                    throw new FormatException("it has a structure that contains itself");
                }
                else if (path.Count > MaxDepth)
                {
                    throw new FormatException($"it is nested more than {MaxDepth} levels deep");
                }
                else
                {
                    visits.Push(new Visit(child!));
                }

                continue;
            }

            if (visit.Total > maxValues)
            {
                throw new FormatException($"its references expand to more than {maxValues} values");
            }

            visits.Pop();
            path.Remove(visit.Container);
            totals.Add(visit.Container, visit.Total);
            if (visits.TryPeek(out Visit? parent))
            {
                parent.Total += visit.Total;
            }
        }
    }

    private static IEnumerable<object?>? Children(object? value) => value switch
    {
        List<object?> list => list,
        PickleTuple tuple => tuple,
        PickleDictionary dictionary => dictionary.Select(entry => entry.Value),
        _ => null,
    };

    private sealed class Visit(object container)
    {
        public object Container { get; } = container;

        public IEnumerator<object?> Rest { get; } = Children(container)!.GetEnumerator();

        public long Total { get; set; } = 1;
    }
}
