namespace AttnGan.Training.Runs;

/// <summary>Accumulates the means of the losses since the last line of the log.</summary>
internal sealed class RunningMeans
{
    private readonly List<RunningSum> _sums = [];

    /// <summary>The sums so far, for a checkpoint.</summary>
    public IReadOnlyList<RunningSum> Sums => [.. _sums];

    public void Add(IReadOnlyList<Measure> measures)
    {
        foreach (Measure measure in measures)
        {
            int index = _sums.FindIndex(sum => sum.Name == measure.Name);
            if (index < 0)
            {
                _sums.Add(new RunningSum(measure.Name, measure.Value, 1));
            }
            else
            {
                _sums[index] = _sums[index] with { Sum = _sums[index].Sum + measure.Value, Count = _sums[index].Count + 1 };
            }
        }
    }

    /// <summary>Returns the means and resets the sums.</summary>
    public IReadOnlyList<Measure> Take()
    {
        List<Measure> means = _sums.ConvertAll(sum => new Measure(sum.Name, sum.Sum / sum.Count));
        _sums.Clear();
        return means;
    }

    /// <summary>Continues with the sums of a checkpoint.</summary>
    public void Restore(IEnumerable<RunningSum> sums)
    {
        _sums.Clear();
        _sums.AddRange(sums);
    }
}

/// <summary>The sum of a loss over a number of steps.</summary>
internal sealed record RunningSum(string Name, double Sum, int Count);
