using System.Diagnostics.Metrics;

namespace AttnGan.Server.Tests;

/// <summary>Makes the meters of one server and keeps the sums of its counters.</summary>
internal sealed class Counters : IMeterFactory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _sums = [];
    private readonly Dictionary<string, long> _largest = [];
    private readonly List<(string Name, long Value, TaskCompletionSource Reached)> _awaited = [];
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();

    public Counters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this && instrument is Counter<long> or UpDownCounter<int>)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        _listener.Start();
    }

    public long this[string name]
    {
        get
        {
            lock (_lock)
            {
                return _sums.GetValueOrDefault(name);
            }
        }
    }

    public long Largest(string name)
    {
        lock (_lock)
        {
            return _largest.GetValueOrDefault(name);
        }
    }

    /// <summary>Waits until a sum has a value.</summary>
    public Task UntilAsync(string name, long value)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_sums.GetValueOrDefault(name) == value)
            {
                return Task.CompletedTask;
            }

            _awaited.Add((name, value, reached));
        }

        return reached.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(new MeterOptions(options.Name) { Version = options.Version, Tags = options.Tags, Scope = this });
        lock (_lock)
        {
            _meters.Add(meter);
        }

        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }

    private void Add(Instrument instrument, long value)
    {
        lock (_lock)
        {
            long sum = _sums[instrument.Name] = _sums.GetValueOrDefault(instrument.Name) + value;
            _largest[instrument.Name] = Math.Max(_largest.GetValueOrDefault(instrument.Name), sum);
            foreach ((_, _, TaskCompletionSource reached) in _awaited.Where(entry => entry.Name == instrument.Name && entry.Value == sum))
            {
                reached.TrySetResult();
            }
        }
    }
}
