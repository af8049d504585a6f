using System.Runtime.InteropServices;

namespace AttnGan.Cli.Hosting;

/// <summary>
/// Turns Ctrl-C and SIGTERM into a graceful shutdown for commands that support it. A second signal has its default effect: the
/// process ends immediately.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int SignalExitCode = 128;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;

    /// <summary>The exit code that shells report for the signal: 130 after Ctrl-C, 143 after SIGTERM.</summary>
    public int ExitCode => _exitCode == 0 ? SignalExitCode + 2 : _exitCode;

    /// <summary>Called on the first signal, on a thread other than the command's.</summary>
    public Action? Requested { get; set; }

    /// <summary>Returns a token that is canceled by a signal. Before this call a signal ends the process.</summary>
    public CancellationToken Listen()
    {
        if (_registrations.Count == 0)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, 2)));
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, 15)));
        }

        return _source.Token;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int number)
    {
        if (Interlocked.CompareExchange(ref _exitCode, SignalExitCode + number, 0) == 0)
        {
            context.Cancel = true;
            Requested?.Invoke();
            _source.Cancel();
        }
    }
}
