namespace AttnGan.Inference;

/// <summary>
/// An engine that can be disposed at any time, from any thread: running calls end between stages with an
/// <see cref="ObjectDisposedException"/>, and the last one releases the engine.
/// </summary>
/// <param name="engine">The engine, which the calls share.</param>
/// <param name="owner">The object that callers dispose.</param>
internal sealed class SharedEngine(IInferenceEngine engine, object owner) : IInferenceEngine
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposing = new();
    private int _calls;
    private bool _isDisposed;

    public TextFeatures Encode(IReadOnlyList<int> ids)
    {
        Enter();
        try
        {
            return engine.Encode(ids);
        }
        finally
        {
            Exit();
        }
    }

    public GeneratorOutputs Generate(
        IReadOnlyList<GeneratorInputs> inputs,
        OutputSelection selection,
        CancellationToken cancellation,
        Action<StageOutputs>? onStage = null)
    {
        Enter();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposing.Token);
            return engine.Generate(inputs, selection, either.Token, onStage);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            ThrowIfDisposed();
            throw;
        }
        finally
        {
            Exit();
        }
    }

    /// <exception cref="ObjectDisposedException">Thrown when the engine was disposed.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), owner);

    /// <summary>Ends running calls and refuses new ones. Does not wait, so a running call may call it too.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _calls++;
        }

        _disposing.Cancel();
        Exit();
    }

    private void Enter()
    {
        lock (_lock)
        {
            ThrowIfDisposed();
            _calls++;
        }
    }

    private void Exit()
    {
        lock (_lock)
        {
            _calls--;
            if (_calls > 0 || !_isDisposed)
            {
                return;
            }
        }

        engine.Dispose();
        _disposing.Dispose();
    }
}
