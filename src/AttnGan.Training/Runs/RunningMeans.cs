
namespace AttnGan.Training.Runs;

/// <summary>Means of the losses since the last line of the log.</summary>
internal sealed class RunningMeans
{
    private readonly List<RunningSum> _sums = [];

    /// <summary>What has come together so far, for a checkpoint.</summary>
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

    /// <summary>The means, and a new beginning.</summary>
    public IReadOnlyList<Measure> Take()
    {
        List<Measure> means = _sums.ConvertAll(sum => new Measure(sum.Name, sum.Sum / sum.Count));
        _sums.Clear();
        return means;
    }

    /// <summary>Goes on where a checkpoint was saved.</summary>
    public void Restore(IEnumerable<RunningSum> sums)
    {
        _sums.Clear();
        _sums.AddRange(sums);
    }
}

/// <summary>A loss, added up over some steps.</summary>
internal sealed record RunningSum(string Name, double Sum, int Count);
