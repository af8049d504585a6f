using System.Diagnostics.Metrics;

namespace AttnGan.Server.Tests;

/// <summary>Creates the meters of one server, and sums up its counters.</summary>
internal sealed class Counters : IMeterFactory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _sums = [];
    private readonly Dictionary<string, long> _maxima = [];
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

    public long Maximum(string name)
    {
        lock (_lock)
        {
            return _maxima.GetValueOrDefault(name);
        }
    }

    /// <summary>Waits until a sum reaches a value.</summary>
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
            _maxima[instrument.Name] = Math.Max(_maxima.GetValueOrDefault(instrument.Name), sum);
            foreach ((_, _, TaskCompletionSource reached) in _awaited.Where(entry => entry.Name == instrument.Name && entry.Value == sum))
            {
                reached.TrySetResult();
            }
        }
    }
}
