namespace AttnGan.Training.Formats.Pickle;

/// <summary>
/// References within a file can make a few bytes stand for an endless or astronomically large structure. This makes sure that whoever
/// walks the result naively, by recursion, visits a number of values in proportion to the file.
/// </summary>
internal static class PickleStructure
{
    public const int MaximumDepth = 200;

    /// <exception cref="FormatException">A structure that contains itself, is nested too deeply, or unfolds to too many values.</exception>
    public static void Check(object? root, long maximumValues)
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
                    throw new FormatException("it contains a structure that contains itself");
                }
                else if (path.Count > MaximumDepth)
                {
                    throw new FormatException($"it is nested more than {MaximumDepth} deep");
                }
                else
                {
                    visits.Push(new Visit(child!));
                }

                if (visit.Total > maximumValues)
                {
                    throw new FormatException($"its references unfold to more than {maximumValues} values");
                }

                continue;
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
